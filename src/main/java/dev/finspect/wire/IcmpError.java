package dev.finspect.wire;

import dev.finspect.tcp.FourTuple;
import dev.finspect.tcp.IpAddress;
import dev.finspect.wire.TcpSegment.Direction;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * An ICMP or ICMPv6 error about a TCP segment (RFC 792, RFC 4443): a router on the path, or the destination host, reports to
 * the sender of the quoted segment that it did not arrive.
 *
 * @param atNanos the capture's time stamp, wall clock, nanoseconds since the Unix epoch
 * @param interfaceId as in {@link TcpSegment}
 * @param direction of the error itself, relative to the capturing host
 * @param from the sender of the error
 * @param type as in the message; the numbers of ICMP and ICMPv6 differ
 * @param code likewise
 * @param mtuBytes the next hop's MTU; {@link #ABSENT} for all kinds except FRAGMENTATION_NEEDED, and if the router set it to 0
 * @param quoted addresses and ports of the lost segment, in the direction in which it was sent
 * @param quotedSequenceNumber 32 bits, unsigned; null if the quote ends before it
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
    /** Value of a number that is not present. */
    public static final int ABSENT = -1;

    /** The kind of error, the same for both versions of IP. */
    public enum Kind {
        NETWORK_UNREACHABLE,
        HOST_UNREACHABLE,
        PROTOCOL_UNREACHABLE,
        PORT_UNREACHABLE,
        /** Also ICMPv6's "packet too big". */
        FRAGMENTATION_NEEDED,
        SOURCE_ROUTE_FAILED,
        /** A packet filter rejected the segment. */
        ADMINISTRATIVELY_PROHIBITED,
        /** Another code of "destination unreachable". */
        OTHER_UNREACHABLE,
        /** The time to live or hop limit ran out. */
        TIME_EXCEEDED,
        REASSEMBLY_TIME_EXCEEDED,
        PARAMETER_PROBLEM,
        SOURCE_QUENCH,
        /** Not a loss: a router suggests a better route. */
        REDIRECT;

        private final String label = name().toLowerCase(Locale.ROOT);

        /** The word for records, labels and pages. */
        public String label() {
            return label;
        }
    }
}
