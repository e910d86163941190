package dev.finspect.session.explain;

import dev.finspect.session.SessionRecord;
import dev.finspect.session.join.KeptCapture;
import dev.finspect.session.join.KeptSegment;
import dev.finspect.tcp.HumanUnits;
import dev.finspect.tcp.IpAddress;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.Source;
import dev.finspect.tcp.TcpFlags;
import dev.finspect.wire.Decoded;
import dev.finspect.wire.TcpSegment;
import dev.finspect.wire.packet.Frame;
import dev.finspect.wire.packet.LinkType;
import dev.finspect.wire.packet.PacketDecoder;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The ladder of the segments whose headers are kept: each of a handshake and of a close, and bursts of the rest, folded. */
final class SegmentLadder {
    /** A pause in one direction of a leg that begins a new burst. */
    private static final long PAUSE_NANOS = 200_000_000;

    private final List<Rung> rungs = new ArrayList<>();
    private final PacketDecoder decoder = PacketDecoder.trustingChecksums();
    private final Frame frame = new Frame();

    private SegmentLadder() {}

    /** In order of time; FINs and RSTs are not numbered yet. */
    static List<Rung> of(SessionRecord record, List<KeptCapture> legs) {
        SegmentLadder ladder = new SegmentLadder();
        for (KeptCapture leg : legs) {
            InetSocketAddress peer = record.leg(leg.leg()).peer();
            if (peer != null) {
                ladder.leg(leg, IpAddress.of(peer.getAddress()), peer.getPort());
            }
        }
        ladder.rungs.sort(Rung.ORDER);
        return List.copyOf(ladder.rungs);
    }

    private void leg(KeptCapture leg, IpAddress peer, int port) {
        Set<Key> seen = new HashSet<>();
        Burst burst = null;
        boolean opening = true;
        for (KeptSegment kept : leg.segments()) {
            Decoded decoded = decoder.decode(frame.set(
                    LinkType.RAW,
                    kept.atNanos(),
                    kept.interfaceId(),
                    kept.direction(),
                    ByteBuffer.wrap(kept.headers()),
                    kept.ipBytes()));
            if (!(decoded instanceof TcpSegment segment)) {
                continue;
            }
            // Not by the capture's direction: on loopback every packet is sent.
            boolean towardsPeer = segment.tuple().destinationPort() == port
                    && segment.tuple().destination().equals(peer);
            String words = words(segment, opening);
            if (words == null && segment.payloadBytes() == 0) {
                continue; // A pure acknowledgement: it follows from what it acknowledges.
            }
            if (burst != null && (words != null || !burst.takes(towardsPeer, segment.atNanos()))) {
                rungs.add(burst.rung(leg.leg()));
                burst = null;
            }
            if (words == null) {
                burst = burst == null ? new Burst(towardsPeer, segment.atNanos()) : burst;
                burst.add(segment);
            } else {
                opening = what(segment) == Rung.What.SYN || what(segment) == Rung.What.SYN_ACK;
                boolean again = what(segment) != Rung.What.ACK
                        && !seen.add(new Key(what(segment), towardsPeer, segment.sequenceNumber()));
                rungs.add(new Rung(
                        segment.atNanos(),
                        segment.atNanos(),
                        leg.leg(),
                        what(segment),
                        towardsPeer,
                        words,
                        again,
                        0,
                        Source.WIRE));
            }
        }
        if (burst != null) {
            rungs.add(burst.rung(leg.leg()));
        }
    }

    /** What identifies a SYN, FIN or RST within its leg. */
    private record Key(Rung.What what, boolean towardsPeer, int sequenceNumber) {}

    private static Rung.What what(TcpSegment segment) {
        if (TcpFlags.has(segment.flags(), TcpFlags.SYN)) {
            return TcpFlags.has(segment.flags(), TcpFlags.ACK) ? Rung.What.SYN_ACK : Rung.What.SYN;
        }
        if (TcpFlags.has(segment.flags(), TcpFlags.RST)) {
            return Rung.What.RST;
        }
        return TcpFlags.has(segment.flags(), TcpFlags.FIN) ? Rung.What.FIN : Rung.What.ACK;
    }

    /** What is written on a segment that has a rung of its own; null for one that goes into a burst. */
    private static @Nullable String words(TcpSegment segment, boolean opening) {
        return switch (what(segment)) {
            case SYN -> "SYN isn " + Integer.toUnsignedString(segment.sequenceNumber());
            case SYN_ACK -> "SYN-ACK isn " + Integer.toUnsignedString(segment.sequenceNumber());
            case RST -> "RST";
            case FIN -> segment.payloadBytes() > 0 ? "FIN + " + HumanUnits.bytes(segment.payloadBytes()) : "FIN";
            case ACK -> opening && segment.payloadBytes() == 0 ? "ACK" : null;
            case OPENED, DATA -> throw new AssertionError("no segment is that");
        };
    }

    /** Segments with data of one direction that follow one another closely. */
    private static final class Burst {
        private final boolean towardsPeer;
        private final long beganAtNanos;
        private long lastAtNanos;
        private long bytes;
        private int segments;

        Burst(boolean towardsPeer, long atNanos) {
            this.towardsPeer = towardsPeer;
            this.beganAtNanos = atNanos;
            this.lastAtNanos = atNanos;
        }

        boolean takes(boolean towards, long atNanos) {
            return towards == towardsPeer && atNanos - lastAtNanos < PAUSE_NANOS;
        }

        void add(TcpSegment segment) {
            lastAtNanos = Math.max(lastAtNanos, segment.atNanos());
            bytes += segment.payloadBytes();
            segments++;
        }

        Rung rung(Leg leg) {
            String words = HumanUnits.bytes(bytes) + (segments == 1 ? "" : " in " + segments + " seg.");
            return new Rung(beganAtNanos, lastAtNanos, leg, Rung.What.DATA, towardsPeer, words, false, 0, Source.WIRE);
        }
    }
}
