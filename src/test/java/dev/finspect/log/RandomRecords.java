package dev.finspect.log;

import dev.finspect.diagnose.Alternative;
import dev.finspect.diagnose.Blame;
import dev.finspect.diagnose.Clue;
import dev.finspect.diagnose.Evidence;
import dev.finspect.diagnose.Finding;
import dev.finspect.diagnose.FindingId;
import dev.finspect.diagnose.Standing;
import dev.finspect.diagnose.catalogue.Catalogue;
import dev.finspect.fixture.TrackingFixture;
import dev.finspect.lifecycle.turn.Answers;
import dev.finspect.record.Attempt;
import dev.finspect.record.CloseAct;
import dev.finspect.record.CloseMark;
import dev.finspect.record.Handshake;
import dev.finspect.record.LegClose;
import dev.finspect.record.LegData;
import dev.finspect.record.LegRecord;
import dev.finspect.record.LegTls;
import dev.finspect.record.LegWire;
import dev.finspect.record.Lookup;
import dev.finspect.record.NameAnswer;
import dev.finspect.record.NameSource;
import dev.finspect.record.Outcome;
import dev.finspect.record.PeerProgram;
import dev.finspect.record.ProxyHeader;
import dev.finspect.record.ProxyReason;
import dev.finspect.record.RelayFault;
import dev.finspect.record.Relayed;
import dev.finspect.record.RelayedReason;
import dev.finspect.record.SessionClose;
import dev.finspect.record.Tracking;
import dev.finspect.session.Diagnosed;
import dev.finspect.session.RecordEvent;
import dev.finspect.session.SessionFinding;
import dev.finspect.session.SessionIdentity;
import dev.finspect.session.SessionRecord;
import dev.finspect.tcp.ConnectResult;
import dev.finspect.tcp.Errno;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.IpAddress;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.Observation;
import dev.finspect.tcp.ResetReason;
import dev.finspect.tcp.Source;
import dev.finspect.wire.tls.ClientHello;
import dev.finspect.wire.tls.FirstBytes;
import dev.finspect.wire.tls.ServerHello;
import dev.finspect.wire.tls.TlsAlert;
import dev.finspect.wire.tls.TlsVersion;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Records of any shape the model allows: every nullable part may be null, every text may hold anything. */
public final class RandomRecords {
    private final Random random;
    /** Apart, so that what connection tracking knew changes nothing else. */
    private final Random tracks;

    public RandomRecords(long seed) {
        random = new Random(seed);
        tracks = new Random(seed);
    }

    /** Of a living or closed session, of a failed attempt, or out of a capture file with one connection or two. */
    public SessionRecord next() {
        boolean file = random.nextInt(4) == 0;
        RecordEvent event = any(RecordEvent.values());
        boolean closed = event == RecordEvent.CLOSED || event == RecordEvent.ATTEMPT_FAILED;
        boolean aboutOne = event == RecordEvent.HUNG || event == RecordEvent.RECOVERED;
        boolean own = event == RecordEvent.CLOSED && !file;
        LegRecord client = leg(Leg.CLIENT, file);
        return new SessionRecord(
                event,
                new SessionIdentity(
                        "01J" + random.nextLong(),
                        file ? "" : "r" + text(),
                        endpoint(),
                        endpoint(),
                        endpoint(),
                        random.nextLong() >>> 1,
                        random.nextLong()),
                random.nextLong() >>> 10,
                new SessionRecord.Result(
                        closed ? any(Outcome.values()) : null,
                        file ? null : maybe(() -> any(ProxyReason.values())),
                        maybe(this::text),
                        own ? "cD" : null),
                client,
                own || random.nextBoolean() ? leg(Leg.UPSTREAM, false) : LegRecord.NONE,
                close(closed),
                aboutOne ? diagnosed(sessionFinding()) : maybe(() -> diagnosed(null)),
                ProxyHeader.Both.NONE);
    }

    private Diagnosed diagnosed(@Nullable SessionFinding about) {
        return new Diagnosed(about, some(this::sessionFinding), random.nextInt(100), random.nextInt(100));
    }

    private SessionFinding sessionFinding() {
        return new SessionFinding(
                finding(any(Catalogue.standard().ids().toArray(new FindingId[0]))),
                maybe(this::moment),
                random.nextBoolean());
    }

    /** Of this kind, with any evidence. */
    Finding finding(FindingId id) {
        List<Evidence> evidence = new ArrayList<>(some(() -> evidence(any(Clue.values()))));
        evidence.add(evidence(any(Clue.values())));
        return new Finding(
                id,
                any(Blame.values()),
                maybe(() -> any(Leg.values())),
                moment(),
                moment(),
                evidence,
                some(this::alternative),
                some(() -> any(Catalogue.standard().ids().toArray(new FindingId[0]))));
    }

    private Alternative alternative() {
        return new Alternative(
                text(),
                any(Blame.values()),
                text(),
                any(Standing.values()),
                text(),
                random.nextBoolean() ? Evidence.TIMELESS : moment());
    }

    /** Of this kind, with a word where it has one. */
    Evidence evidence(Clue clue) {
        return new Evidence(
                clue,
                maybe(() -> any(Leg.values())),
                any(Source.values()),
                random.nextBoolean() ? Evidence.TIMELESS : moment(),
                number(),
                clue.unit() == Clue.Unit.TEXT ? text() : maybe(this::text));
    }

    /** Since the Unix epoch. */
    private long moment() {
        return random.nextLong() >>> 1;
    }

    /** Text of any characters, halves of surrogate pairs included. */
    String text() {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(20); i > 0; i--) {
            text.append((char) random.nextInt(random.nextBoolean() ? 0x100 : 0x1_0000));
        }
        return text.toString();
    }

    private LegRecord leg(Leg leg, boolean captured) {
        return new LegRecord(
                        leg,
                        new LegRecord.Ends(maybe(this::endpoint), maybe(this::endpoint)),
                        new LegRecord.Search(some(this::lookup), some(this::attempt)),
                        facts(Handshake.class),
                        facts(LegData.class),
                        facts(LegClose.class),
                        PeerProgram.NOT_OBSERVED,
                        captured ? plain(LegWire.class) : maybe(() -> plain(LegWire.class)),
                        maybe(this::tls))
                .tracked(tracking());
    }

    private Observation<Tracking> tracking() {
        TrackingFixture tracking = new TrackingFixture(tracks.nextLong() >>> 1);
        return switch (tracks.nextInt(4)) {
            case 0 -> Observation.notObserved();
            case 1 -> tracking.fact();
            case 2 ->
                tracking.with(TrackingFixture.pickedUp(TrackingFixture.ELSEWHERE))
                        .fact();
            default -> {
                tracking.entry = Observation.notObserved();
                yield tracking.fact();
            }
        };
    }

    private Lookup lookup() {
        return new Lookup(
                text(),
                any(Lookup.Purpose.values()),
                new Fact<>(number(), any(Source.values())),
                observed(() -> new Fact<>(endpoint(), any(Source.values()))),
                maybe(() -> new Lookup.End(
                        number(), any(Lookup.Result.values()), maybe(this::nameAnswer), maybe(this::text))));
    }

    private NameAnswer nameAnswer() {
        return new NameAnswer(
                some(() -> endpoint().getAddress()),
                any(NameSource.values()),
                observed(() -> new Fact<>(number(), any(Source.values()))),
                observed(() -> new Fact<>(number(), any(Source.values()))),
                observed(() -> new Fact<>(number(), any(Source.values()))));
    }

    private LegTls tls() {
        return new LegTls(
                observed(() -> new Fact<>(any(FirstBytes.values()), any(Source.values()))),
                new LegTls.Hello(
                        observed(this::longFact),
                        observed(this::longFact),
                        observed(this::longFact),
                        observed(this::longFact),
                        maybe(() -> new ClientHello(
                                maybe(this::text), some(this::text), some(() -> any(TlsVersion.values())))),
                        maybe(() -> new ServerHello(
                                maybe(() -> any(TlsVersion.values())), maybe(this::text), random.nextBoolean())),
                        observed(this::longFact),
                        observed(this::longFact)),
                observed(this::flagFact),
                observed(this::longFact),
                observed(this::longFact),
                new LegTls.Alert(
                        observed(() -> new Fact<>(
                                new TlsAlert(random.nextBoolean(), random.nextInt(256)), any(Source.values()))),
                        observed(this::longFact)),
                observed(this::flagFact));
    }

    private Fact<Boolean> flagFact() {
        return new Fact<>(random.nextBoolean(), any(Source.values()));
    }

    private Attempt attempt() {
        return new Attempt(
                maybe(this::text),
                maybe(this::endpoint),
                maybe(this::endpoint),
                longFact(),
                maybe(() -> new Attempt.End(
                        any(ConnectResult.values()),
                        longFact(),
                        number(),
                        maybe(this::text),
                        Observation.notObserved())),
                facts(Attempt.Answers.class),
                maybe(() -> plain(LegWire.class)));
    }

    private SessionClose close(boolean closed) {
        List<RelayedReason> reasons = new ArrayList<>(List.of(CloseAct.values()));
        reasons.addAll(List.of(ProxyReason.values()));
        reasons.addAll(List.of(RelayFault.values()));
        return new SessionClose(
                some(() -> any(CloseAct.values())),
                observed(this::longFact),
                observed(this::longFact),
                new SessionClose.HalfClose(
                        maybe(() -> any(Leg.values())), observed(this::longFact), observed(this::longFact)),
                new SessionClose.Relaying(
                        closed ? any(Relayed.values()) : null,
                        maybe(() -> reasons.get(random.nextInt(reasons.size()))),
                        observed(this::longFact)));
    }

    private <T> Observation<T> observed(Supplier<Fact<T>> fact) {
        return switch (random.nextInt(4)) {
            case 0 -> Observation.none(any(Source.values()));
            case 1 -> Observation.notObserved();
            default -> fact.get();
        };
    }

    /** A record of the model whose components are facts, or again such records. */
    private <R> R facts(Class<R> type) {
        RecordComponent[] components = type.getRecordComponents();
        Class<?>[] types = new Class<?>[components.length];
        @Nullable Object[] values = new Object[components.length];
        for (int i = 0; i < components.length; i++) {
            RecordComponent component = components[i];
            types[i] = component.getType();
            boolean nullable = component.getAnnotatedType().isAnnotationPresent(Nullable.class);
            values[i] = nullable && random.nextBoolean() ? null : component(component);
        }
        try {
            return type.getDeclaredConstructor(types).newInstance(values);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("The model's records have public constructors", e);
        }
    }

    private Object component(RecordComponent component) {
        if (component.getType().isRecord() && component.getType() != Fact.class) {
            return facts(component.getType());
        }
        Class<?> of = (Class<?>) ((ParameterizedType) component.getGenericType()).getActualTypeArguments()[0];
        Supplier<Fact<Object>> fact = () -> new Fact<>(value(of), any(Source.values()));
        return component.getType() == Fact.class ? fact.get() : observed(fact);
    }

    private Object value(Class<?> type) {
        if (type == Long.class) {
            return number();
        }
        if (type == Boolean.class) {
            return random.nextBoolean();
        }
        if (type == Errno.class) {
            return new Errno(1 + random.nextInt(130));
        }
        if (type == ResetReason.class) {
            return new ResetReason("REASON_" + random.nextInt(30));
        }
        if (type == Answers.class) {
            Answers any = plain(Answers.class);
            return new Answers(any.firsts(), any.wholes(), random.nextInt(4));
        }
        if (type == LegData.Ttls.class) {
            return new LegData.Ttls(random.nextInt(64), 64);
        }
        if (type == CloseMark.class) {
            return facts(CloseMark.class);
        }
        return type.isEnum() ? any(type.getEnumConstants()) : text();
    }

    /** A record of any components: numbers that are no less than 0, enums, other such records, lists of them. */
    private <R> R plain(Class<R> type) {
        RecordComponent[] components = type.getRecordComponents();
        Class<?>[] types = new Class<?>[components.length];
        @Nullable Object[] values = new Object[components.length];
        for (int i = 0; i < components.length; i++) {
            types[i] = components[i].getType();
            boolean nullable = components[i].getAnnotatedType().isAnnotationPresent(Nullable.class);
            values[i] = components[i].getName().equals("completeness")
                    ? (Integer) random.nextInt(64)
                    : nullable && random.nextBoolean() ? null : plainValue(components[i].getGenericType());
        }
        try {
            return type.getDeclaredConstructor(types).newInstance(values);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("The model's records have public constructors", e);
        }
    }

    private Object plainValue(Type type) {
        if (type instanceof ParameterizedType list) {
            return some(() -> plainValue(list.getActualTypeArguments()[0]));
        }
        Class<?> plain = (Class<?>) type;
        if (plain == IpAddress.class) {
            return IpAddress.v4(random.nextInt());
        }
        if (plain == int.class || plain == Integer.class) {
            return random.nextInt(256);
        }
        if (plain == long.class || plain == Long.class) {
            return number();
        }
        if (plain == boolean.class || plain == Boolean.class) {
            return random.nextBoolean();
        }
        if (plain == String.class) {
            return text();
        }
        return plain.isEnum() ? any(plain.getEnumConstants()) : plain(plain);
    }

    private Fact<Long> longFact() {
        return new Fact<>(number(), any(Source.values()));
    }

    /** Within what every number of the schema may be, sequence numbers included. */
    private long number() {
        return random.nextLong() & 0xffff_ffffL;
    }

    private InetSocketAddress endpoint() {
        int[] bytes = random.ints(random.nextBoolean() ? 4 : 16, 0, 3).toArray();
        return SampleRecords.endpoint(random.nextInt(65_536), bytes);
    }

    private <T> @Nullable T maybe(Supplier<T> one) {
        return random.nextBoolean() ? one.get() : null;
    }

    private <T> List<T> some(Supplier<T> one) {
        List<T> some = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            some.add(one.get());
        }
        return some;
    }

    private <T> T any(T[] values) {
        return values[random.nextInt(values.length)];
    }
}
