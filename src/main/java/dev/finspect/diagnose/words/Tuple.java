package dev.finspect.diagnose.words;

import dev.finspect.tcp.IpText;
import java.net.InetSocketAddress;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One leg's two ends as filters of ss(8) and tcpdump(8). An end that is not known is left out, so that the filter
 * matches more rather than nothing.
 *
 * @param local finspect's end
 * @param peer the far end
 */
record Tuple(@Nullable End local, @Nullable End peer) {
    private static final Pattern ENDPOINT = Pattern.compile(
            "(?:(?<v4>[0-9]+(?:\\.[0-9]+){3})|\\[(?<v6>[0-9a-f.:]+)(?:%(?<zone>[0-9]+))?\\]):(?<port>[0-9]{1,5})");

    /**
     * One end.
     *
     * @param address without its zone
     * @param zone of a link-local address, as a number; empty without one
     */
    record End(String address, String zone, int port) {
        /** Null for a name that was never resolved. */
        static @Nullable End of(@Nullable InetSocketAddress endpoint) {
            return endpoint == null || endpoint.getAddress() == null ? null : parse(IpText.endpoint(endpoint));
        }

        /** From {@link IpText#endpoint}; null for anything but an address and a port. */
        static @Nullable End parse(String text) {
            Matcher matcher = ENDPOINT.matcher(text);
            if (!matcher.matches()) {
                return null;
            }
            String zone = matcher.group("zone");
            String address = matcher.group("v4") == null ? matcher.group("v6") : matcher.group("v4");
            return new End(address, zone == null ? "" : zone, Integer.parseInt(matcher.group("port")));
        }

        boolean v6() {
            return address.indexOf(':') >= 0;
        }

        /** As ss expects it. */
        String socket() {
            return (v6() ? "[" + address + "]" : address) + ":" + port;
        }

        /** As ping expects it. */
        String scoped() {
            return zone.isEmpty() ? address : address + "%" + zone;
        }
    }

    /** Filter for the socket at finspect's end. */
    String ss() {
        return filter(local, peer);
    }

    /** Filter for the socket at the peer's end, on its host. */
    String peerSs() {
        return filter(peer, local);
    }

    /** Expression for the connection's segments. */
    String tcpdump() {
        return "tcp" + packets(peer) + packets(local);
    }

    /** tcpdump's name of ICMP for that address family. */
    String icmp() {
        End known = peer == null ? local : peer;
        return known != null && known.v6() ? "icmp6" : "icmp";
    }

    private static String packets(@Nullable End end) {
        return end == null ? "" : " and host " + end.address() + " and port " + end.port();
    }

    private static String filter(@Nullable End source, @Nullable End destination) {
        String src = source == null ? "" : "src " + source.socket();
        String dst = destination == null ? "" : "dst " + destination.socket();
        return src + (src.isEmpty() || dst.isEmpty() ? "" : " and ") + dst;
    }
}
