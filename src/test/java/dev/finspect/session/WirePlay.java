package dev.finspect.session;

import dev.finspect.lifecycle.FlowEndReason;
import dev.finspect.lifecycle.TimeLimits;
import dev.finspect.lifecycle.connection.Connection;
import dev.finspect.lifecycle.connection.ConnectionFacts;
import dev.finspect.lifecycle.connection.Connections;
import dev.finspect.lifecycle.connection.Endpoint;
import dev.finspect.lifecycle.connection.ServicePorts;
import dev.finspect.lifecycle.connection.TrackingSettings;
import dev.finspect.tcp.FourTuple;
import dev.finspect.tcp.IpAddress;
import dev.finspect.tcp.TcpFlags;
import dev.finspect.wire.TcpOptions;
import dev.finspect.wire.TcpSegment;
import dev.finspect.wire.TcpSegment.Checksum;
import dev.finspect.wire.TcpSegment.Direction;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** A connection played segment by segment, as a capture would hold it; what became of it comes from the engine itself. */
final class WirePlay {
    static final long START = 1_700_000_000_000_000_000L;
    static final long CLIENT_ISN = 0xffff_ff00L;
    static final long SERVER_ISN = 5_000;

    private static final TcpOptions SYN_OPTIONS = new TcpOptions(1_460, 7, true, true, 1, 0, 0, false, false, false);

    private final FourTuple tuple;
    private final List<TcpSegment> segments = new ArrayList<>();
    private int clientNext = (int) CLIENT_ISN;
    private int serverNext = (int) SERVER_ISN;
    private Direction clientDirection = Direction.UNKNOWN;

    private WirePlay(FourTuple tuple) {
        this.tuple = tuple;
    }

    /** From 10.0.0.1 or what the last byte says. */
    static WirePlay of(int client, int clientPort, int server, int serverPort) {
        return new WirePlay(new FourTuple(host(client), clientPort, host(server), serverPort));
    }

    static WirePlay of(IpAddress client, int clientPort, IpAddress server, int serverPort) {
        return new WirePlay(new FourTuple(client, clientPort, server, serverPort));
    }

    static IpAddress host(int last) {
        return IpAddress.v4(10 << 24 | last);
    }

    /** Which way the client's segments passed the host that captured. */
    WirePlay clientSegments(Direction direction) {
        clientDirection = direction;
        return this;
    }

    WirePlay syn(long micros) {
        put(micros, true, TcpFlags.SYN, 0, (int) CLIENT_ISN);
        clientNext = (int) CLIENT_ISN + 1;
        return this;
    }

    WirePlay synAck(long micros) {
        put(micros, false, TcpFlags.SYN | TcpFlags.ACK, 0, (int) SERVER_ISN);
        serverNext = (int) SERVER_ISN + 1;
        return this;
    }

    /** All three segments, from this time on. */
    WirePlay opened(long micros) {
        return syn(micros).synAck(micros + 1).ack(micros + 2, true);
    }

    WirePlay ack(long micros, boolean byClient) {
        return put(micros, byClient, TcpFlags.ACK, 0, next(byClient));
    }

    WirePlay data(long micros, boolean byClient, int bytes) {
        put(micros, byClient, TcpFlags.ACK | TcpFlags.PSH, bytes, next(byClient));
        return went(byClient, bytes);
    }

    /** The last bytes once more. */
    WirePlay again(long micros, boolean byClient, int bytes) {
        return put(micros, byClient, TcpFlags.ACK, bytes, next(byClient) - bytes);
    }

    WirePlay fin(long micros, boolean byClient) {
        put(micros, byClient, TcpFlags.FIN | TcpFlags.ACK, 0, next(byClient));
        return went(byClient, 1);
    }

    WirePlay rst(long micros, boolean byClient) {
        return put(micros, byClient, TcpFlags.RST | TcpFlags.ACK, 0, next(byClient));
    }

    /** Both FINs with their ACKs, the client's first. */
    WirePlay closed(long micros) {
        return fin(micros, true).ack(micros + 1, false).fin(micros + 2, false).ack(micros + 3, true);
    }

    List<TcpSegment> segments() {
        return segments;
    }

    /** What the engine says of it when the capture ends with it; segments in the order of the play, whatever their times. */
    ConnectionFacts facts() {
        return facts(segments).get(0);
    }

    /** What a live capture says of it, which knows who opened it; why it is asked is told. */
    ConnectionFacts live(FlowEndReason ending) {
        Connection connection = new Connection(tuple);
        segments.forEach(segment ->
                connection.segment(segment.tuple().equals(tuple) ? Endpoint.ORIGINATOR : Endpoint.RESPONDER, segment));
        return connection.facts(ending);
    }

    /** What the engine says of several in one capture. */
    static List<ConnectionFacts> together(List<WirePlay> plays) {
        return facts(merged(plays));
    }

    private static List<ConnectionFacts> facts(List<TcpSegment> segments) {
        List<ConnectionFacts> all = new ArrayList<>();
        Connections connections = new Connections(settings(), all::add);
        segments.forEach(connections::segment);
        connections.finish();
        return all;
    }

    static TrackingSettings settings() {
        return new TrackingSettings(TimeLimits.ZEEK, 1_000, ServicePorts.WELL_KNOWN, true);
    }

    /** Their segments in the order of their times. */
    static List<TcpSegment> merged(List<WirePlay> plays) {
        return plays.stream()
                .flatMap(play -> play.segments.stream())
                .sorted(Comparator.comparingLong(TcpSegment::atNanos))
                .toList();
    }

    private int next(boolean byClient) {
        return byClient ? clientNext : serverNext;
    }

    private WirePlay went(boolean byClient, int count) {
        clientNext += byClient ? count : 0;
        serverNext += byClient ? 0 : count;
        return this;
    }

    private WirePlay put(long micros, boolean byClient, int flags, int bytes, int number) {
        boolean syn = (flags & TcpFlags.SYN) != 0;
        Direction other = clientDirection == Direction.INCOMING ? Direction.OUTGOING : Direction.INCOMING;
        segments.add(new TcpSegment(
                START + micros * 1_000,
                0,
                clientDirection == Direction.UNKNOWN || byClient ? clientDirection : other,
                byClient ? tuple : tuple.reversed(),
                64,
                52 + bytes,
                number,
                (flags & TcpFlags.ACK) == 0 ? 0 : next(!byClient),
                flags,
                501,
                bytes,
                0,
                syn ? SYN_OPTIONS : TcpOptions.NONE,
                Checksum.RIGHT));
        return this;
    }
}
