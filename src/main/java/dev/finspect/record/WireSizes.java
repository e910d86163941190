package dev.finspect.record;

import static dev.finspect.record.WireMerge.absent;

import dev.finspect.lifecycle.connection.ConnectionFacts;
import dev.finspect.lifecycle.connection.IcmpFacts;
import dev.finspect.lifecycle.connection.SizeFacts;
import dev.finspect.lifecycle.connection.SynFacts;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Observation;
import dev.finspect.wire.IcmpError;
import org.jspecify.annotations.Nullable;

/** Merges what was captured of a leg's sizes of segments into its record, as {@link WireFacts} says. */
final class WireSizes {
    /** Of the option in every segment that has time stamps, padded. */
    private static final long TIMESTAMP_BYTES = 12;

    private WireSizes() {}

    static SegmentSizes of(SegmentSizes known, LegWire wire) {
        Observation<Long> full = full(known.full(), wire.facts());
        if (!wire.mode().seesData() || wire.cut()) {
            return new SegmentSizes(
                    full,
                    known.acknowledged(),
                    known.sentAgain(),
                    known.sacked(),
                    known.received(),
                    known.behindGap(),
                    known.gap());
        }
        SizeFacts sent = wire.localEnd().flight().sizes();
        SizeFacts received = wire.peerEnd().flight().sizes();
        long most = full.or(Long.MAX_VALUE);
        return new SegmentSizes(
                full,
                size(known.acknowledged(), sent.acknowledged(), most, wire),
                size(known.sentAgain(), sent.sentAgain(), most, wire),
                size(known.sacked(), sent.sacked(), Long.MAX_VALUE, wire),
                size(known.received(), received.largest(), most, wire),
                size(known.behindGap(), received.behindGap(), most, wire),
                size(known.gap(), received.gapBytes(), Long.MAX_VALUE, wire));
    }

    /** What both ends announced in their SYNs, less the option of time stamps; what was known before without both. */
    private static Observation<Long> full(Observation<Long> known, ConnectionFacts facts) {
        SynFacts one = facts.originator().syn();
        SynFacts other = facts.responder().syn();
        if (one == null || other == null) {
            return known;
        }
        long least = Math.min(announced(one.mssBytes()), announced(other.mssBytes()));
        long options = one.timestamps() && other.timestamps() ? TIMESTAMP_BYTES : 0;
        return least <= options ? known : Fact.wire(least - options);
    }

    /** Without the option it is the least that every host takes (RFC 9293 section 3.7.1). */
    private static long announced(@Nullable Integer mssBytes) {
        return mssBytes == null ? 536 : mssBytes;
    }

    private static Observation<Long> size(Observation<Long> known, long captured, long most, LegWire wire) {
        return captured > 0 ? Fact.wire(Math.min(captured, most)) : known.isKnown() ? known : absent(wire);
    }

    /** The MTU that an ICMP error named to finspect's end; a router that does not know it names 0. */
    static Observation<Long> icmpMtu(LegWire wire) {
        IcmpFacts icmp = wire.facts().icmp();
        IcmpError last = icmp.last();
        return last != null && icmp.against() == wire.peer().other() && last.mtuBytes() > 0
                ? Fact.wire((long) last.mtuBytes())
                : absent(wire);
    }
}
