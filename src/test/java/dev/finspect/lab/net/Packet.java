package dev.finspect.lab.net;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * One packet as tshark reads it: a TCP segment, or an ICMP error whose ports and sequence number are those of the segment
 * that it quotes.
 *
 * @param atNanos wall clock, nanoseconds since the Unix epoch
 * @param completeness of the whole connection
 * @param sentAgain whether tshark calls it a retransmission, or out of order: nothing overtakes on the ways of this lab, so
 *     that whatever comes behind its place was sent again
 * @param mssBytes the option; null where it is absent; the next three likewise
 * @param icmpType null for a segment
 * @param from the IP source
 * @param zeroWindow whether tshark says that it offers no window
 */
public record Packet(
        long atNanos,
        int sourcePort,
        int destinationPort,
        int flags,
        long sequenceNumber,
        long acknowledgmentNumber,
        int payloadBytes,
        int completeness,
        boolean sentAgain,
        @Nullable Long mssBytes,
        @Nullable Long windowScale,
        boolean sack,
        boolean timestamps,
        long windowField,
        long ttl,
        @Nullable Integer icmpType,
        @Nullable Integer icmpCode,
        String from,
        boolean zeroWindow) {
    static Packet of(String[] fields) {
        boolean v6 = fields[20].isEmpty();
        return new Packet(
                new BigDecimal(fields[0]).movePointRight(9).longValueExact(),
                (int) number(fields[1]),
                (int) number(fields[2]),
                fields[3].isEmpty() ? 0 : Integer.decode(fields[3]),
                number(fields[4]),
                number(fields[5]),
                (int) number(fields[6]),
                (int) number(fields[7]),
                !fields[8].isEmpty() || !fields[23].isEmpty(),
                fields[9].isEmpty() ? null : (Long) number(fields[9]),
                fields[10].isEmpty() ? null : (Long) number(fields[10]),
                !fields[11].isEmpty(),
                !fields[12].isEmpty(),
                number(fields[13]),
                number(v6 ? fields[15] : fields[14]),
                either(fields[16], fields[17]),
                either(fields[18], fields[19]),
                v6 ? fields[21] : fields[20],
                !fields[22].isEmpty());
    }

    private static long number(String field) {
        return field.isEmpty() ? 0 : Long.parseLong(field);
    }

    private static @Nullable Integer either(String one, String other) {
        String field = one.isEmpty() ? other : one;
        return field.isEmpty() ? null : (Integer) Integer.parseInt(field);
    }

    /** Whether it is a TCP segment. */
    public boolean segment() {
        return icmpType == null;
    }

    /** Whether this flag is set, as {@link dev.finspect.tcp.TcpFlags} has it. */
    public boolean has(int flag) {
        return (flags & flag) != 0;
    }

    /** Whether it is of the connection that this port of an originator opened. */
    public boolean ofPort(int port) {
        return sourcePort == port || destinationPort == port;
    }
}
