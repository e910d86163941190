package dev.finspect.wire;

import dev.finspect.tcp.FourTuple;
import dev.finspect.tcp.IpAddress;
import dev.finspect.wire.TcpSegment.Direction;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * An ICMP or ICMPv6 error about a TCP segment (RFC 792, RFC 4443): somebody on the path, or the host itself, tells the
 * sender of the quoted segment that it did not arrive.
 *
 * @param atNanos the capture's time stamp, wall clock, nanoseconds since the Unix epoch
 * @param interfaceId as in {@link TcpSegment}
 * @param direction as the capture knows it, of the error itself
 * @param from who complains
 * @param type the type as it stands in the message; ICMP's and ICMPv6's numbers differ
 * @param code likewise
 * @param mtuBytes the next hop's MTU; {@link #ABSENT} for all kinds but FRAGMENTATION_NEEDED, and where a router left it 0
 * @param quoted the addresses and ports of the segment that was lost, in the direction in which it travelled
 * @param quotedSequenceNumber 32 bits whose sign means nothing; null where the quote ends before it
 */
public record IcmpError(
        long atNanos,
        int interfaceId,
        Direction direction,
        IpAddress from,
        Kind kind,
        int type,
        int code,
        int mtuBytes,
        FourTuple quoted,
        @Nullable Integer quotedSequenceNumber)
        implements Decoded {
    /** Marks a number that was not there. */
    public static final int ABSENT = -1;

    /** What is wrong, in one vocabulary for both versions of IP. */
    public enum Kind {
        NETWORK_UNREACHABLE,
        HOST_UNREACHABLE,
        PROTOCOL_UNREACHABLE,
        PORT_UNREACHABLE,
        /** Also ICMPv6's "packet too big". */
        FRAGMENTATION_NEEDED,
        SOURCE_ROUTE_FAILED,
        /** A packet filter on the path said so. */
        ADMINISTRATIVELY_PROHIBITED,
        /** Another code of "destination unreachable". */
        OTHER_UNREACHABLE,
        /** The time to live or hop limit ran out. */
        TIME_EXCEEDED,
        REASSEMBLY_TIME_EXCEEDED,
        PARAMETER_PROBLEM,
        SOURCE_QUENCH,
        /** No loss: a router knows a better way. */
        REDIRECT;

        private final String label = name().toLowerCase(Locale.ROOT);

        /** The word for records, labels and pages. */
        public String label() {
            return label;
        }
    }
}
