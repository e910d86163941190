package dev.finspect.record;

import dev.finspect.lifecycle.connection.CloseSegment;
import dev.finspect.lifecycle.connection.SynFacts;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.Observation;
import dev.finspect.tcp.Source;

/** How many bytes sent to the sender of a FIN or RST the segment acknowledges. */
final class AckedBytes {
    private static final long NUMBERS = 1L << 32;

    private AckedBytes() {}

    static Observation<Long> of(CloseSegment segment, LegRecord leg, LegWire wire) {
        Long number = segment.numbers().acknowledgmentNumber();
        if (number == null) {
            return Observation.none(Source.WIRE);
        }
        if (wire.mode().passive()) {
            Long bytes = segment.numbers().acknowledgedBytes();
            return bytes == null ? Observation.notObserved() : Fact.wire(bytes);
        }
        SynFacts syn = wire.facts().of(segment.sender().other()).syn();
        return syn == null
                ? Observation.notObserved()
                : Fact.wire(sinceSyn(number - syn.initialSequenceNumber() - 1, segment.sender() == wire.peer(), leg));
    }

    /** Of the numbers that are equal modulo 2^32, the one next to what the socket counted: data may not be captured. */
    private static long sinceSyn(long modulo, boolean byPeer, LegRecord leg) {
        LegData.Traffic traffic = leg.data().traffic();
        long bytes = (byPeer ? traffic.bytesSent() : traffic.bytesReceived()).value();
        boolean headerCame = byPeer == (leg.leg() == Leg.UPSTREAM);
        long header = headerCame ? leg.data().relay().headerBytes().or(0L) : 0;
        long all = bytes + header;
        long past = Math.floorMod(all - modulo + NUMBERS / 2, NUMBERS) - NUMBERS / 2;
        return Math.max(0, Math.min(bytes, all - past - header));
    }
}
