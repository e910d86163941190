package dev.finspect.lifecycle.connection;

import dev.finspect.tcp.FourTuple;
import org.jspecify.annotations.Nullable;

/**
 * The same connection in the words of Zeek's conn.log, by its conventions: where they hide or simplify something, the other
 * facts do not.
 *
 * @param tuple from Zeek's originator to its responder, which differs from ours where a connection begins with a SYN-ACK
 * @param connState {@code S0 S1 SF REJ S2 S3 RSTO RSTR RSTOS0 RSTRH SH SHR OTH}
 * @param history letters, upper case for Zeek's originator
 * @param durationNanos from the first segment to the last before both ends had closed; null when 0; the next two likewise
 * @param originatorBytes by sequence numbers, so that bytes the capture missed are in it
 * @param responderBytes likewise
 * @param missedBytes gaps that Zeek would report
 */
public record ZeekFacts(
        FourTuple tuple,
        String connState,
        String history,
        @Nullable Long durationNanos,
        @Nullable Long originatorBytes,
        @Nullable Long responderBytes,
        long missedBytes,
        long originatorPackets,
        long originatorIpBytes,
        long responderPackets,
        long responderIpBytes) {}
