package dev.finspect.session.explain;

import dev.finspect.record.Attempt;
import dev.finspect.session.SessionRecord;
import dev.finspect.session.kept.KeptCapture;
import dev.finspect.session.kept.KeptSegment;
import dev.finspect.tcp.HumanUnits;
import dev.finspect.tcp.IpAddress;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.Source;
import dev.finspect.tcp.TcpFlags;
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

    private final SessionRecord record;
    private final List<Rung> rungs = new ArrayList<>();
    private final List<Seen> seen = new ArrayList<>();
    private final PacketDecoder decoder = PacketDecoder.trustingChecksums();
    private final Frame frame = new Frame();

    private SegmentLadder(SessionRecord record) {
        this.record = record;
    }

    /**
     * The ladder of kept segments.
     *
     * @param rungs in order of time; FINs and RSTs are not numbered yet
     * @param seen each connection of which segments are kept
     */
    record Drawn(List<Rung> rungs, List<Seen> seen) {}

    /** What is kept of a session, a failed attempt's connection among it. */
    static Drawn of(SessionRecord record, List<KeptCapture> legs) {
        SegmentLadder ladder = new SegmentLadder(record);
        legs.forEach(ladder::connection);
        ladder.rungs.sort(Rung.ORDER);
        return new Drawn(List.copyOf(ladder.rungs), List.copyOf(ladder.seen));
    }

    private void connection(KeptCapture kept) {
        List<TcpSegment> segments = new ArrayList<>();
        Set<InetSocketAddress> peers = peers(kept.leg());
        int first = 0;
        for (int i = 0; i < kept.segments().size(); i++) {
            if (decoder.decode(frame(kept.segments().get(i))) instanceof TcpSegment segment && isOf(peers, segment)) {
                segments.add(segment);
                first += i < kept.first() ? 1 : 0;
            }
        }
        if (!segments.isEmpty()) {
            draw(kept.leg(), segments, first, peers);
            seen.add(seen(kept, segments, first));
        }
    }

    private Frame frame(KeptSegment kept) {
        return frame.set(
                LinkType.RAW,
                kept.atNanos(),
                kept.interfaceId(),
                kept.direction(),
                ByteBuffer.wrap(kept.headers()),
                kept.ipBytes());
    }

    /** The addresses of a leg's peer: of an upstream also those at which an attempt failed. */
    private Set<InetSocketAddress> peers(Leg leg) {
        Set<InetSocketAddress> peers = new HashSet<>();
        InetSocketAddress reached = record.leg(leg).peer();
        if (reached != null) {
            peers.add(reached);
        }
        for (Attempt attempt : record.leg(leg).attempts()) {
            InetSocketAddress tried = attempt.address();
            if (tried != null) {
                peers.add(tried);
            }
        }
        return peers;
    }

    private static boolean isOf(Set<InetSocketAddress> peers, TcpSegment segment) {
        return isPeer(peers, segment.tuple().source(), segment.tuple().sourcePort())
                || isPeer(peers, segment.tuple().destination(), segment.tuple().destinationPort());
    }

    private static boolean isPeer(Set<InetSocketAddress> peers, IpAddress address, int port) {
        for (InetSocketAddress peer : peers) {
            if (peer.getPort() == port
                    && peer.getAddress() != null
                    && IpAddress.of(peer.getAddress()).equals(address)) {
                return true;
            }
        }
        return false;
    }

    private Seen seen(KeptCapture kept, List<TcpSegment> segments, int first) {
        long bytes = 0;
        List<Long> times = new ArrayList<>(segments.size());
        for (TcpSegment segment : segments) {
            times.add(segment.atNanos());
            bytes += segment.payloadBytes();
        }
        Seen.Unkept unkept = null;
        if (kept.omitted() > 0) {
            long end = record.identity().startEpochNanos() + record.durationNanos();
            unkept = new Seen.Unkept(
                    times.get(Math.max(0, first - 1)),
                    first < times.size() ? times.get(first) : Math.max(end, times.get(times.size() - 1)),
                    kept.omitted());
        }
        return new Seen(kept.leg(), List.copyOf(times), bytes, unkept, kept.dropped());
    }

    private void draw(Leg leg, List<TcpSegment> segments, int first, Set<InetSocketAddress> peers) {
        Set<Key> before = new HashSet<>();
        Burst burst = null;
        boolean opening = false;
        for (int i = 0; i < segments.size(); i++) {
            TcpSegment segment = segments.get(i);
            // Not by the capture's direction: on loopback every packet is sent.
            boolean towardsPeer =
                    isPeer(peers, segment.tuple().destination(), segment.tuple().destinationPort());
            String words = words(segment, opening);
            if (words == null && segment.payloadBytes() == 0 && i != first) {
                continue; // A pure acknowledgement: it follows from what it acknowledges.
            }
            if (burst != null && (words != null || i == first || !burst.takes(towardsPeer, segment.atNanos()))) {
                rungs.add(burst.rung(leg));
                burst = null;
            }
            if (words != null) {
                opening = what(segment) == Rung.What.SYN || what(segment) == Rung.What.SYN_ACK;
                boolean again = what(segment) != Rung.What.ACK
                        && !before.add(new Key(what(segment), towardsPeer, segment.sequenceNumber()));
                rungs.add(new Rung(
                        segment.atNanos(),
                        segment.atNanos(),
                        leg,
                        what(segment),
                        towardsPeer,
                        !again && isForAnother(leg, segment) ? "SYN to " + destination(segment) : words,
                        again,
                        0,
                        Source.WIRE));
            } else if (segment.payloadBytes() > 0) {
                burst = burst == null ? new Burst(towardsPeer, segment.atNanos()) : burst;
                burst.add(segment);
            }
        }
        if (burst != null) {
            rungs.add(burst.rung(leg));
        }
    }

    /** Whether it is the SYN of an attempt at another address than the one that was reached. */
    private boolean isForAnother(Leg leg, TcpSegment segment) {
        InetSocketAddress reached = record.leg(leg).peer();
        return what(segment) == Rung.What.SYN
                && record.leg(leg).attempts().size() > 1
                && (reached == null
                        || !isPeer(
                                Set.of(reached),
                                segment.tuple().destination(),
                                segment.tuple().destinationPort()));
    }

    private static String destination(TcpSegment segment) {
        return segment.tuple().destination() + ":" + segment.tuple().destinationPort();
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
            case NAME, OPENED, DATA, TLS, FAILED -> throw new AssertionError("no segment is that");
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
