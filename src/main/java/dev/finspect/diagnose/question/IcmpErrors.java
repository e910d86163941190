package dev.finspect.diagnose.question;

import dev.finspect.record.LegRecord;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.IpText;
import java.util.List;

/** What a captured ICMP error says of a leg: its word is its type, " from " and its sender. Pure. */
public final class IcmpErrors {
    private static final String HOST_UNREACHABLE = "host_unreachable";
    private static final List<String> OF_THE_WAY =
            List.of("network_unreachable", "prohibited", "time_exceeded", "ttl_exceeded");

    private IcmpErrors() {}

    /**
     * Whether a host on the way reported that segments to the peer do not get further, whatever the peer does. One that
     * cannot reach the host says only that it is down, or its link.
     */
    public static boolean isByTheWay(LegRecord leg) {
        Fact<String> last = leg.data().path().lastIcmp().fact();
        if (last == null || OF_THE_WAY.stream().noneMatch(last.value()::contains)) {
            return false;
        }
        return leg.peer() == null
                || leg.peer().getAddress() == null
                || !last.value().endsWith(" from " + IpText.address(leg.peer().getAddress()));
    }

    /** Whether this word says that a router could not reach the host: the host may be down. */
    public static boolean isHostUnreachable(String word) {
        return word.startsWith(HOST_UNREACHABLE);
    }
}
