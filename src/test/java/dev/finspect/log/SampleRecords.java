package dev.finspect.log;

import dev.finspect.session.Handshake;
import dev.finspect.session.LegClose;
import dev.finspect.session.LegData;
import dev.finspect.session.LegRecord;
import dev.finspect.session.Outcome;
import dev.finspect.session.ProxyReason;
import dev.finspect.session.RecordEvent;
import dev.finspect.session.SessionClose;
import dev.finspect.session.SessionIdentity;
import dev.finspect.session.SessionRecord;
import dev.finspect.tcp.ConnectResult;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.Source;
import dev.finspect.tcp.TcpState;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** SampleRecords as the relay makes them, built from the model's constructors. */
public final class SampleRecords {
    /** 2026-01-02T03:04:05.123456789Z. */
    static final long START = 1_767_323_045_123_456_789L;

    private static final long MICROS = 1_000L;
    private static final long MILLIS = 1_000_000L;
    private static final InetSocketAddress CLIENT = endpoint(50_000, 127, 0, 0, 1);
    private static final InetSocketAddress ACCEPTED = endpoint(15_432, 127, 0, 0, 1);
    private static final InetSocketAddress LOCAL = endpoint(41_234, 127, 0, 0, 1);
    private static final InetSocketAddress UPSTREAM = endpoint(5_432, 127, 0, 0, 1);

    private SampleRecords() {}

    /** The client half-closes, the upstream answers 4 MB, and both are content. */
    public static SessionRecord clean(String id, String route) {
        return new SessionRecord(
                RecordEvent.CLOSED,
                identity(id, route),
                1_234_567_890L,
                Outcome.CLEAN,
                null,
                null,
                "--",
                Source.KERNEL,
                leg(Leg.CLIENT, 1_234, 4_000_000),
                leg(Leg.UPSTREAM, 4_000_000, 1_234),
                new SessionClose(
                        List.of("client.fin", "upstream.fin"),
                        "client",
                        "fin",
                        Fact.socket(85 * MICROS),
                        Fact.socket(40 * MICROS),
                        Leg.CLIENT,
                        Fact.socket(900 * MILLIS),
                        Fact.socket(4_000_000L),
                        "faithful",
                        null,
                        Fact.socket(0L)));
    }

    /** The record so far of a session in which nobody has closed. */
    public static SessionRecord living(String id) {
        SessionClose nothingYet =
                new SessionClose(List.of(), null, null, null, null, null, null, null, null, null, null);
        LegRecord client = withClose(leg(Leg.CLIENT, 10, 20), LEG_OPEN);
        LegRecord upstream = withClose(leg(Leg.UPSTREAM, 20, 10), LEG_OPEN);
        return new SessionRecord(
                RecordEvent.PROGRESS,
                identity(id, "db"),
                60_000_000_000L,
                null,
                null,
                null,
                null,
                Source.KERNEL,
                client,
                upstream,
                nothingYet);
    }

    /** Every address of a name refuses or does not answer. */
    public static SessionRecord connectFailed(String id, String route, String name, String detail) {
        LegRecord upstream = new LegRecord(
                Leg.UPSTREAM,
                null,
                null,
                List.of(new LegRecord.Lookup(name, 3 * MILLIS, 2, null), new LegRecord.Lookup(name, 0, 0, detail)),
                List.of(
                        new LegRecord.Attempt(
                                name + ":5432",
                                endpoint(5432, 10, 0, 0, 1),
                                endpoint(40_001, 10, 0, 0, 2),
                                ConnectResult.TIMED_OUT,
                                detail,
                                10_000_000_000L,
                                null),
                        new LegRecord.Attempt(name + ":5433", null, null, ConnectResult.UNRESOLVABLE, detail, 0, null)),
                Handshake.UNKNOWN,
                data(0, 0),
                LEG_OPEN);
        return new SessionRecord(
                RecordEvent.CLOSED,
                identity(id, route),
                10_003_000_000L,
                Outcome.CONNECT_FAILED,
                ProxyReason.CONNECT_FAILED,
                "timed_out",
                "SC",
                Source.KERNEL,
                leg(Leg.CLIENT, 100, 0),
                upstream,
                new SessionClose(
                        List.of("proxy.reset"),
                        "proxy",
                        "proxy",
                        null,
                        null,
                        null,
                        null,
                        null,
                        "data_lost",
                        detail,
                        Fact.socket(100L)));
    }

    /** The upstream resets with bytes under way, after losses and pauses. */
    public static SessionRecord troubled(String id) {
        LegData data = new LegData(
                Fact.socket(2_500L),
                Fact.socket(65_536L),
                Fact.kernel(20L),
                Fact.kernel(50L),
                Fact.socket(START + MILLIS),
                Fact.socket(START + 2 * MILLIS),
                Fact.socket(START + 3 * MILLIS),
                Fact.socket(START + 4 * MILLIS),
                Fact.kernel(12_345 * MICROS),
                Fact.kernel(11_000 * MICROS),
                Fact.kernel(3L),
                null,
                Fact.kernel(4_344L),
                null,
                Fact.kernel(2L),
                Fact.inferred(400 * MILLIS),
                null,
                null,
                Fact.kernel(500 * MILLIS),
                Fact.kernel(400 * MILLIS),
                Fact.kernel(0L),
                Fact.kernel(4L),
                Fact.kernel(9_000L),
                Fact.socket(1_200 * MILLIS),
                Fact.socket(7L),
                Fact.socket(131_072L),
                Fact.socket(4_096L),
                Fact.socket(true),
                Fact.kernel(TcpState.CLOSE_WAIT));
        LegRecord client = leg(Leg.CLIENT, 5_000, 2_500);
        LegRecord upstream = leg(Leg.UPSTREAM, 0, 0);
        LegClose reset = new LegClose(
                null,
                null,
                flag(START + 5 * MILLIS),
                null,
                Fact.socket("ECONNRESET"),
                null,
                Fact.inferred("none"),
                null,
                null,
                null,
                null,
                null,
                null);
        return new SessionRecord(
                RecordEvent.CLOSED,
                identity(id, "orders"),
                185_000_000_000L,
                Outcome.RESET,
                null,
                "reset",
                "SD",
                Source.KERNEL,
                client,
                new LegRecord(
                        Leg.UPSTREAM,
                        upstream.peer(),
                        upstream.local(),
                        List.of(),
                        upstream.attempts(),
                        upstream.handshake(),
                        data,
                        reset),
                new SessionClose(
                        List.of("upstream.rst"),
                        "upstream",
                        "rst",
                        null,
                        null,
                        null,
                        null,
                        null,
                        "data_lost",
                        "reset by the upstream with bytes unread",
                        Fact.socket(4_096L)));
    }

    /** An address given as its bytes, 4 or 16. */
    public static InetSocketAddress endpoint(int port, int... bytes) {
        byte[] address = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            address[i] = (byte) bytes[i];
        }
        try {
            return new InetSocketAddress(InetAddress.getByAddress(address), port);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(bytes.length + " bytes are no address", e);
        }
    }

    static SessionIdentity identity(String id, String route) {
        return new SessionIdentity(id, route, ACCEPTED, CLIENT, ACCEPTED, START, 0);
    }

    private static final LegClose LEG_OPEN = LegClose.UNKNOWN;

    private static LegRecord withClose(LegRecord leg, LegClose close) {
        return new LegRecord(
                leg.leg(), leg.peer(), leg.local(), leg.lookups(), leg.attempts(), leg.handshake(), leg.data(), close);
    }

    private static LegRecord leg(Leg leg, long received, long sent) {
        boolean client = leg == Leg.CLIENT;
        return new LegRecord(
                leg,
                client ? CLIENT : UPSTREAM,
                client ? ACCEPTED : LOCAL,
                List.of(),
                client
                        ? List.of()
                        : List.of(new LegRecord.Attempt(
                                "localhost:5432", UPSTREAM, LOCAL, ConnectResult.CONNECTED, null, 55 * MICROS, null)),
                handshake(client),
                data(received, sent),
                close(client));
    }

    private static Handshake handshake(boolean client) {
        Handshake.Side originator = new Handshake.Side(
                client ? Fact.kernel(4_294_967_295L) : null,
                client ? Fact.inferred(true) : null,
                client ? null : Fact.kernel(0L),
                Fact.kernel(65_495L),
                Fact.kernel(65_495L),
                Fact.kernel(7L),
                Fact.kernel(true),
                Fact.kernel(true),
                client ? Fact.kernel(64L) : null);
        return new Handshake(
                null,
                null,
                null,
                null,
                null,
                null,
                client ? null : Fact.socket(55 * MICROS),
                Fact.kernel(30 * MICROS),
                Fact.inferred(false),
                originator,
                Handshake.Side.UNKNOWN);
    }

    private static LegData data(long received, long sent) {
        return new LegData(
                Fact.socket(received),
                Fact.socket(sent),
                Fact.kernel(received / 1000 + 3),
                Fact.kernel(sent / 1000 + 3),
                received == 0 ? null : Fact.socket(START + MILLIS),
                received == 0 ? null : Fact.socket(START + 900 * MILLIS),
                sent == 0 ? null : Fact.socket(START + 2 * MILLIS),
                sent == 0 ? null : Fact.socket(START + 901 * MILLIS),
                Fact.kernel(80 * MICROS),
                Fact.kernel(21 * MICROS),
                Fact.kernel(0L),
                null,
                Fact.kernel(0L),
                null,
                Fact.inferred(0L),
                Fact.inferred(0L),
                null,
                null,
                Fact.kernel(4 * MILLIS),
                Fact.kernel(0L),
                Fact.kernel(0L),
                Fact.kernel(0L),
                Fact.kernel(0L),
                Fact.socket(0L),
                Fact.socket(0L),
                Fact.socket(0L),
                Fact.socket(0L),
                Fact.socket(false),
                Fact.kernel(TcpState.LAST_ACK));
    }

    private static LegClose close(boolean client) {
        return new LegClose(
                flag(START + 300 * MILLIS),
                flag(START + 1_234 * MILLIS),
                null,
                null,
                null,
                Fact.inferred(false),
                Fact.inferred(client ? "peer" : "local"),
                Fact.inferred(3 * MICROS),
                Fact.socket(934 * MILLIS),
                null,
                null,
                Fact.socket(4_000_000L),
                Fact.socket(0L));
    }

    private static LegClose.@Nullable Flag flag(long at) {
        return new LegClose.Flag(Fact.socket(at), null, Fact.kernel(70 * MICROS), null, null);
    }
}
