package dev.finspect.lifecycle.zeek;

import dev.finspect.tcp.FourTuple;
import org.jspecify.annotations.Nullable;

/**
 * A connection in the terms of Zeek's conn.log, by Zeek's rules. Where those simplify something, the other facts of the
 * connection do not.
 *
 * @param tuple from Zeek's originator to its responder; differs from finspect's where a connection begins with a SYN-ACK
 * @param connState {@code S0 S1 SF REJ S2 S3 RSTO RSTR RSTOS0 RSTRH SH SHR OTH}
 * @param history letters, upper case for Zeek's originator
 * @param durationNanos from the first segment to the last before both ends had closed; null if 0; the next two likewise
 * @param originatorBytes by sequence numbers, so that bytes that the capture missed are included
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
