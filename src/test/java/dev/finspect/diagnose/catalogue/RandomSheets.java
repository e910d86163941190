package dev.finspect.diagnose.catalogue;

import dev.finspect.diagnose.Snapshot;
import dev.finspect.diagnose.Thresholds;
import dev.finspect.fixture.LegFixture;
import dev.finspect.fixture.SocketFixture;
import dev.finspect.fixture.TlsFixture;
import dev.finspect.fixture.TrackingFixture;
import dev.finspect.lifecycle.turn.Answers;
import dev.finspect.record.Attempt;
import dev.finspect.record.CloseMark;
import dev.finspect.record.Habit;
import dev.finspect.record.IdleLimit;
import dev.finspect.record.KernelNote;
import dev.finspect.record.LegData;
import dev.finspect.record.PeerSocket;
import dev.finspect.tcp.ConnectResult;
import dev.finspect.tcp.Errno;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.Observation;
import dev.finspect.tcp.ResetReason;
import dev.finspect.tcp.Source;
import dev.finspect.tcp.TcpState;
import dev.finspect.wire.tls.FirstBytes;
import dev.finspect.wire.tls.TlsVersion;
import java.lang.reflect.Field;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Snapshots in which each fact is known or not, and its value whatever it may be: far more than sockets could show, so that no
 * rule rests on two facts that always come together. A field that is added to a leg is filled in without a word here.
 */
final class RandomSheets {
    static final long BEGIN_NANOS = 1_800_000_000_000_000_000L;
    private static final long SECOND = 1_000_000_000L;
    private static final long LASTED_NANOS = 300 * SECOND;
    private static final List<Errno> ERRNOS =
            List.of(Errno.ETIMEDOUT, Errno.ECONNRESET, Errno.EPIPE, Errno.EHOSTUNREACH, Errno.ENOMEM);
    private static final List<String> ENDS = List.of(
            "session_limit",
            "client_limit",
            "unspoken_limit",
            "shutdown",
            "idle_timeout",
            "connect_failed",
            "operator");

    /** Fields by which no rule decides. */
    private static final List<String> NOT_FOR_RULES = List.of("timeWaitHolder", "headerBytes", "idleLimit", "tracking");

    private static final List<Source> SOURCES = List.of(Source.WIRE, Source.KERNEL, Source.SOCKET, Source.INFERRED);
    private static final List<String> REASONS =
            List.of("TCP_ABORT_ON_CLOSE", "TCP_ABORT_ON_DATA", "TCP_STATE", "NO_SOCKET", "NOT_SPECIFIED");
    private static final List<TcpState> STATES = List.of(TcpState.values());
    private static final List<Long> BYTES = List.of(0L, 0L, 1L, 3L, 50L, 500L, 70_000L);
    private static final List<Drawn> OBSERVATIONS = findObservations();

    /** A field of a leg that holds an observation, and how a value for it is drawn. */
    private record Drawn(Field field, Function<RandomSheets, Fact<?>> drawing) {}

    private final Random random;
    /** Of its own, so that the rest of a seed's sheets stays what it was. */
    private final Random marks;

    private final Random notes;

    private final RandomLookUps lookUps;

    private final Random handshakes;
    private final Random sizes;
    /** Apart from the others, so that what connection tracking knew changes nothing else. */
    private final Random tracks;

    RandomSheets(long seed) {
        random = new Random(seed);
        handshakes = new Random(31 * seed);
        marks = new Random(~seed);
        sizes = new Random(17 * seed);
        notes = new Random(19 * seed);
        tracks = new Random(23 * seed);
        lookUps = new RandomLookUps(23 * seed);
    }

    /** What a snapshot is made of, so that a fact can be taken away. */
    record Sheet(LegFixture client, LegFixture upstream, boolean over, Snapshot.Proxy proxy) {
        Snapshot snapshot() {
            return new Snapshot(
                    BEGIN_NANOS + LASTED_NANOS, over, Thresholds.STANDARD, client.build(), upstream.build(), proxy);
        }
    }

    Snapshot next() {
        return sheet().snapshot();
    }

    Sheet sheet() {
        LegFixture client = leg(Leg.CLIENT);
        LegFixture upstream = leg(Leg.UPSTREAM);
        if (handshakes.nextBoolean()) {
            client.tls = handshake(true);
            upstream.tls = handshake(false);
        }
        if (random.nextInt(3) == 0) {
            upstream.establishedAt = Observation.notObserved();
            for (int i = random.nextInt(3); i >= 0; i--) {
                upstream.attempts.add(attempt());
            }
            lookUps.addTo(upstream);
        }
        Snapshot.Proxy proxy = random.nextInt(3) > 0
                ? Snapshot.Proxy.RELAYS
                : new Snapshot.Proxy(word(ENDS), seldom(moment()), seldom(moment()), word(List.of("reset")));
        return new Sheet(client, upstream, random.nextInt(3) == 0, proxy);
    }

    private TlsFixture handshake(boolean isClient) {
        Fact<Long> at = Fact.socket(BEGIN_NANOS + handshakes.nextInt(1000));
        TlsFixture tls = TlsFixture.first(
                handshakes.nextInt(4) > 0 ? FirstBytes.TLS : FirstBytes.values()[handshakes.nextInt(7)]);
        if (handshakes.nextBoolean()) {
            TlsVersion version = TlsVersion.values()[handshakes.nextInt(TlsVersion.values().length)];
            tls = isClient ? TlsFixture.client(at, 517) : TlsFixture.upstream(at, version);
        } else if (handshakes.nextInt(3) == 0) {
            tls = new TlsFixture();
        } else if (handshakes.nextBoolean()) {
            tls.expectedBytes = Fact.socket(900L);
        }
        tls.encryptedAt = handshakes.nextInt(4) == 0 ? at : tls.encryptedAt;
        return tls;
    }

    /** The fields of a leg that hold an observation. */
    static List<Field> observations() {
        return OBSERVATIONS.stream().map(Drawn::field).toList();
    }

    private static List<Drawn> findObservations() {
        List<Drawn> fields = new ArrayList<>();
        for (Field field : LegFixture.class.getFields()) {
            if (field.getType() == Observation.class && !NOT_FOR_RULES.contains(field.getName())) {
                // Public anyway, but without this each access looks up its caller.
                field.setAccessible(true);
                fields.add(new Drawn(field, drawing(field)));
            }
        }
        return fields;
    }

    private LegFixture leg(Leg which) {
        LegFixture leg = new LegFixture(which);
        leg.bytesReceived = Fact.socket(bytes());
        leg.bytesSent = Fact.socket(bytes());
        int known = 1 + random.nextInt(4);
        try {
            for (Drawn observation : OBSERVATIONS) {
                Random chance = isSize(observation.field().getName()) ? sizes : random;
                if (chance.nextInt(5) < known) {
                    observation.field().set(leg, observation.drawing().apply(this));
                } else if (chance.nextBoolean()) {
                    observation.field().set(leg, Observation.none(chance == sizes ? Source.WIRE : pick(SOURCES)));
                }
            }
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
        if (marks.nextBoolean()) {
            leg.idleLimit = Fact.inferred(idleLimit());
        }
        if (tracks.nextBoolean()) {
            leg.tracking = tracking().fact();
        }
        if (random.nextInt(3) > 0) {
            leg.establishedAt = Fact.socket(BEGIN_NANOS + random.nextInt(1000));
            leg.errno = Observation.none(Source.SOCKET);
            leg.peerRst = random.nextBoolean() ? leg.peerRst : Observation.none(Source.SOCKET);
            leg.localRst = Observation.none(Source.SOCKET);
        }
        inFlight(leg);
        if (leg.peerSocket.isKnown()) {
            // No hop lies between, so that no rule reads a time to live.
            leg.peerTtls = Observation.notObserved();
        }
        return leg;
    }

    /** What is in flight is told by several facts, which agree. */
    private void inFlight(LegFixture leg) {
        long sent = leg.bytesSent.value();
        boolean some = sent > 0 && random.nextBoolean();
        if (leg.unackedSegments.isKnown()) {
            leg.unackedSegments = Fact.kernel(some ? 2L : 0L);
        }
        if (leg.notSentBytes.isKnown()) {
            leg.notSentBytes = Fact.kernel(0L);
        }
        if (leg.unackedSince.isKnown() && !some) {
            leg.unackedSince = Observation.none(Source.KERNEL);
        }
        if (leg.bytesAcknowledged.isKnown()) {
            leg.bytesAcknowledged = Fact.kernel(some ? sent - 1 : sent);
        }
    }

    /** How a value of this field is drawn. */
    private static Function<RandomSheets, Fact<?>> drawing(Field field) {
        String type = field.getGenericType().getTypeName();
        if (type.endsWith("<java.lang.Long>")) {
            return drawingNumber(field.getName());
        }
        if (type.endsWith("Errno>")) {
            return sheets -> Fact.socket(sheets.pick(ERRNOS));
        }
        if (type.endsWith("<java.lang.String>")) {
            return sheets -> new Fact<>("host_unreachable from 10.0.0.1", Source.WIRE);
        }
        if (type.endsWith("TcpState>")) {
            return sheets -> Fact.kernel(sheets.pick(STATES));
        }
        if (type.endsWith("CloseMark>")) {
            return sheets -> Fact.socket(sheets.mark());
        }
        if (type.endsWith("Answers>")) {
            return sheets -> Fact.socket(new Answers(null, null, sheets.random.nextInt(5)));
        }
        if (type.endsWith("Ttls>")) {
            return sheets -> new Fact<>(new LegData.Ttls(60, 60 + sheets.random.nextInt(3)), Source.WIRE);
        }
        if (type.endsWith("<java.lang.Boolean>")) {
            return sheets -> Fact.inferred(sheets.random.nextBoolean());
        }
        if (type.endsWith("PeerSocket>")) {
            return sheets -> Fact.kernel(sheets.socket());
        }
        if (type.endsWith("Habit>")) {
            return sheets -> Fact.inferred(sheets.habit());
        }
        throw new AssertionError("no values for " + field);
    }

    private static boolean isSize(String name) {
        return name.endsWith("Size") || name.equals("gapBytes") || name.equals("icmpMtuBytes");
    }

    private static Function<RandomSheets, Fact<?>> drawingNumber(String name) {
        if (name.endsWith("At") || name.endsWith("Since") || name.endsWith("Until")) {
            return RandomSheets::moment;
        }
        if (name.endsWith("Nanos")) {
            int seconds = name.contains("Rtt") ? 1 : 100;
            return sheets -> new Fact<>((long) (sheets.random.nextDouble() * seconds * SECOND), sheets.pick(SOURCES));
        }
        if (isSize(name)) {
            return sheets -> Fact.wire(BYTES.get(sheets.sizes.nextInt(BYTES.size())));
        }
        return sheets -> new Fact<>(sheets.bytes(), sheets.pick(SOURCES));
    }

    private IdleLimit idleLimit() {
        IdleLimit learnt = IdleLimit.learnt(
                marks.nextBoolean() ? 0 : marks.nextLong(100 * SECOND),
                100 * SECOND + marks.nextLong(100 * SECOND),
                1 + marks.nextInt(3),
                marks.nextBoolean());
        return learnt.deaths() == 2 ? learnt.probedAfter(Observation.none(Source.SOCKET)) : learnt;
    }

    private TrackingFixture tracking() {
        TrackingFixture tracking = new TrackingFixture(BEGIN_NANOS + tracks.nextLong(100 * SECOND));
        tracking.table = TrackingFixture.table(tracks.nextBoolean() ? 432_000 : 1, tracks.nextBoolean());
        switch (tracks.nextInt(5)) {
            case 0 -> tracking.with(TrackingFixture.established(TrackingFixture.ANSWERED));
            case 1 -> tracking.with(TrackingFixture.pickedUp(TrackingFixture.ELSEWHERE));
            case 2 -> tracking.entry = Observation.notObserved();
            default -> tracking.others = Fact.kernel(1L + tracks.nextInt(3));
        }
        if (tracks.nextInt(3) == 0) {
            tracking.after(TrackingFixture.established(
                    tracks.nextBoolean() ? TrackingFixture.ANSWERED : TrackingFixture.ELSEWHERE));
        }
        return tracks.nextBoolean() ? tracking.firstLook(tracks.nextInt(4) > 0, tracks.nextInt(9)) : tracking;
    }

    private Habit habit() {
        return new Habit(random.nextInt(40), random.nextInt(3), random.nextLong(100 * SECOND));
    }

    private CloseMark mark() {
        return new CloseMark(
                moment(),
                numbers(),
                new CloseMark.Delivery(
                        Observation.of(seldom(Fact.kernel(random.nextBoolean()))),
                        Observation.of(seldom(Fact.kernel((long) random.nextInt(1_000_000)))),
                        Observation.of(seldom(Fact.kernel((long) random.nextInt(3)))),
                        Observation.of(seldom(Fact.inferred(random.nextBoolean())))),
                Observation.of(seldom(new Fact<>(50L + random.nextInt(14), Source.WIRE))),
                note());
    }

    private KernelNote note() {
        if (notes.nextInt(4) != 0) {
            return KernelNote.NOT_OBSERVED;
        }
        Fact<Long> at = Fact.kernel(1L);
        return new KernelNote(
                at,
                notes.nextBoolean()
                        ? Fact.kernel(new ResetReason(REASONS.get(notes.nextInt(REASONS.size()))))
                        : Observation.notObserved(),
                notes.nextBoolean() ? at : Observation.notObserved());
    }

    /** An RST without ACK flag acknowledges no bytes, and only that may answer an ACK. */
    private CloseMark.Numbers numbers() {
        if (marks.nextBoolean()) {
            return CloseMark.Numbers.NOT_OBSERVED;
        }
        boolean ack = marks.nextBoolean();
        return new CloseMark.Numbers(
                Observation.notObserved(),
                Fact.wire(ack),
                ack ? Fact.wire((long) marks.nextInt(2_000)) : Observation.none(Source.WIRE),
                Fact.wire(!ack && marks.nextBoolean()),
                Observation.notObserved());
    }

    private PeerSocket socket() {
        long at = moment().value();
        boolean held = random.nextBoolean();
        PeerSocket.Listening listening =
                seldom(new PeerSocket.Listening(random.nextInt(4), random.nextInt(4), 1, -1, null));
        return random.nextInt(4) == 0
                ? SocketFixture.unseen(at, listening, "not on this host")
                : SocketFixture.seen(
                        at,
                        pick(STATES),
                        bytes(),
                        bytes(),
                        random.nextBoolean(),
                        0,
                        held ? 812 : -1,
                        held ? "postgres" : null,
                        listening,
                        random.nextBoolean() ? "its process belongs to another user" : null);
    }

    private Attempt attempt() {
        Attempt.End end = random.nextBoolean()
                ? new Attempt.End(
                        pick(List.of(ConnectResult.values())),
                        moment(),
                        0,
                        null,
                        Observation.of(seldom(Fact.socket(pick(ERRNOS)))))
                : null;
        return new Attempt(
                "db:5432",
                seldom(address()),
                null,
                moment(),
                end,
                new Attempt.Answers(
                        Observation.of(seldom(Fact.kernel((long) random.nextInt(5)))),
                        Observation.of(random.nextInt(4) == 0 ? moment() : null),
                        Observation.of(random.nextInt(4) == 0 ? moment() : null),
                        Observation.of(random.nextInt(4) == 0 ? Fact.socket("host unreachable from 10.0.0.1") : null),
                        Observation.of(seldom(Fact.kernel((long) random.nextInt(3))))),
                null);
    }

    private InetSocketAddress address() {
        return random.nextBoolean()
                ? new InetSocketAddress("10.0.0." + (1 + random.nextInt(9)), 5432)
                : new InetSocketAddress("fd00::" + (1 + random.nextInt(9)), 5432);
    }

    /** A few moments only, so that many are the same or within a reaction of one another. */
    private Fact<Long> moment() {
        long at = BEGIN_NANOS + random.nextInt(4) * (LASTED_NANOS / 3) - random.nextInt(3) * SECOND / 20;
        return new Fact<>(Math.max(BEGIN_NANOS, at), pick(SOURCES));
    }

    private long bytes() {
        return pick(BYTES);
    }

    private @Nullable Fact<String> word(List<String> words) {
        return seldom(Fact.socket(pick(words)));
    }

    private <T> @Nullable T seldom(T value) {
        return random.nextBoolean() ? value : null;
    }

    private <T> T pick(List<T> values) {
        return values.get(random.nextInt(values.size()));
    }
}
