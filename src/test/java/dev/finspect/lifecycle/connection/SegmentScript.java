package dev.finspect.lifecycle.connection;

import dev.finspect.lifecycle.FlowEndReason;
import dev.finspect.lifecycle.TimeLimits;
import dev.finspect.tcp.FourTuple;
import dev.finspect.tcp.IpAddress;
import dev.finspect.tcp.TcpFlags;
import dev.finspect.wire.TcpOptions;
import dev.finspect.wire.TcpSegment;
import dev.finspect.wire.TcpSegment.Checksum;
import dev.finspect.wire.VirtualNetwork;
import dev.finspect.wire.VirtualNetwork.Tag;
import java.util.ArrayList;
import java.util.List;

/**
 * A script of segments between a client and a server, one a line: {@code MILLIS client|server WORDS}. Words: flags ({@code SYN
 * ACK FIN RST PSH URG ECE CWR}), {@code 100b} for bytes, {@code seq=} and {@code ack=} relative to the ISNs if they differ from the expected ones, {@code isn=}, {@code win=}, {@code ws=}, {@code mss=}, {@code ttl=}, {@code sack}, {@code ts},
 * {@code tfo}, {@code sacked=FROM-TO} of the peer's numbers, {@code bad} for a wrong checksum, {@code lost} for a segment that the capture misses, {@code vlan=} for the tag of its frame.
 */
final class SegmentScript {
    static final int CLIENT_ISN = 1000;
    static final int SERVER_ISN = 5000;
    static final FourTuple TUPLE = new FourTuple(IpAddress.v4(0x0a000001), 40_000, IpAddress.v4(0x0a000002), 80);
    static final long MILLI = 1_000_000L;

    private static final class Side {
        private int isn;
        private long next;

        Side(int isn) {
            this.isn = isn;
        }
    }

    private final FourTuple tuple;
    private final List<TcpSegment> segments = new ArrayList<>();
    private final Side client = new Side(CLIENT_ISN);
    private final Side server = new Side(SERVER_ISN);

    private SegmentScript(FourTuple tuple) {
        this.tuple = tuple;
    }

    static List<TcpSegment> segments(String script) {
        return segments(TUPLE, script);
    }

    static List<TcpSegment> segments(FourTuple tuple, String script) {
        SegmentScript play = new SegmentScript(tuple);
        script.lines().map(String::strip).filter(line -> !line.isEmpty()).forEach(play::line);
        return play.segments;
    }

    /** The script as a connection that is tracked alone. */
    static ConnectionFacts alone(String script) {
        Connection connection = new Connection(TUPLE);
        for (TcpSegment segment : segments(script)) {
            connection.segment(segment.tuple().equals(TUPLE) ? Endpoint.ORIGINATOR : Endpoint.RESPONDER, segment);
        }
        return connection.facts(FlowEndReason.CAPTURE_ENDED);
    }

    /** The script as connections, in the order of their first segments. */
    static List<ConnectionFacts> found(TimeLimits limits, String script) {
        return new TraceFile(List.copyOf(segments(script))).connections(limits, ServicePorts.WELL_KNOWN, true);
    }

    private void line(String line) {
        String[] words = line.split(" +");
        boolean fromClient = words[1].equals("client");
        Side sender = fromClient ? client : server;
        Side peer = fromClient ? server : client;
        int flags = 0;
        int bytes = 0;
        Long seq = null;
        long ack = peer.next;
        int window = 60_000;
        int scale = TcpOptions.ABSENT;
        int mss = TcpOptions.ABSENT;
        int ttl = 64;
        boolean sack = false;
        TcpOptions.Sack sacked = TcpOptions.Sack.NONE;
        boolean timestamps = false;
        boolean fastOpen = false;
        boolean bad = false;
        boolean lost = false;
        VirtualNetwork network = VirtualNetwork.NONE;
        for (String word : List.of(words).subList(2, words.length)) {
            String value = word.substring(word.indexOf('=') + 1);
            switch (word.contains("=") ? word.substring(0, word.indexOf('=')) : word) {
                case "SYN" -> flags |= TcpFlags.SYN;
                case "ACK" -> flags |= TcpFlags.ACK;
                case "FIN" -> flags |= TcpFlags.FIN;
                case "RST" -> flags |= TcpFlags.RST;
                case "PSH" -> flags |= TcpFlags.PSH;
                case "URG" -> flags |= TcpFlags.URG;
                case "ECE" -> flags |= TcpFlags.ECE;
                case "CWR" -> flags |= TcpFlags.CWR;
                case "seq" -> seq = Long.parseLong(value);
                case "ack" -> ack = Long.parseLong(value);
                case "isn" -> {
                    sender.isn = Integer.parseUnsignedInt(value);
                    sender.next = 0;
                }
                case "win" -> window = Integer.parseInt(value);
                case "ws" -> scale = Integer.parseInt(value);
                case "mss" -> mss = Integer.parseInt(value);
                case "ttl" -> ttl = Integer.parseInt(value);
                case "sack" -> sack = true;
                case "sacked" -> {
                    String[] edges = value.split("-", -1);
                    int to = peer.isn + Integer.parseInt(edges[1]);
                    sacked = new TcpOptions.Sack(1, to - peer.isn - Integer.parseInt(edges[0]), to);
                }
                case "ts" -> timestamps = true;
                case "tfo" -> fastOpen = true;
                case "bad" -> bad = true;
                case "lost" -> lost = true;
                case "vlan" ->
                    network = new VirtualNetwork(List.of(new Tag(VirtualNetwork.Kind.VLAN, Integer.parseInt(value))));
                default -> bytes = Integer.parseInt(word.substring(0, word.length() - 1));
            }
        }
        boolean syn = (flags & TcpFlags.SYN) != 0;
        long from = seq != null ? seq : syn ? 0 : sender.next;
        long length = (long) bytes + (syn ? 1 : 0) + ((flags & TcpFlags.FIN) != 0 ? 1 : 0);
        if ((flags & TcpFlags.RST) == 0) {
            sender.next = Math.max(sender.next, from + length);
        }
        if (lost) {
            return;
        }
        segments.add(new TcpSegment(
                Long.parseLong(words[0]) * MILLI,
                0,
                TcpSegment.Direction.UNKNOWN,
                fromClient ? tuple : tuple.reversed(),
                ttl,
                40 + bytes,
                sender.isn + (int) from,
                (flags & TcpFlags.ACK) != 0 ? peer.isn + (int) ack : 0,
                flags,
                window,
                bytes,
                0,
                new TcpOptions(mss, scale, sack, timestamps, 0, 0, sacked, fastOpen, false, false),
                bad ? Checksum.WRONG : Checksum.RIGHT,
                network));
    }
}
