package dev.finspect.log;

import dev.finspect.diagnose.Blame;
import dev.finspect.diagnose.Clue;
import dev.finspect.diagnose.Confidence;
import dev.finspect.diagnose.Evidence;
import dev.finspect.diagnose.Finding;
import dev.finspect.diagnose.FindingId;
import dev.finspect.diagnose.catalogue.Catalogue;
import dev.finspect.session.Diagnosed;
import dev.finspect.session.Handshake;
import dev.finspect.session.LegClose;
import dev.finspect.session.LegData;
import dev.finspect.session.LegRecord;
import dev.finspect.session.LegWire;
import dev.finspect.session.Outcome;
import dev.finspect.session.ProxyReason;
import dev.finspect.session.RecordEvent;
import dev.finspect.session.SessionClose;
import dev.finspect.session.SessionFinding;
import dev.finspect.session.SessionIdentity;
import dev.finspect.session.SessionRecord;
import dev.finspect.tcp.ConnectResult;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.IpAddress;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.Source;
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

    public RandomRecords(long seed) {
        random = new Random(seed);
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
                closed ? any(Outcome.values()) : null,
                file ? null : maybe(() -> any(ProxyReason.values())),
                maybe(this::text),
                own ? "cD" : null,
                any(Source.values()),
                client,
                own || random.nextBoolean() ? leg(Leg.UPSTREAM, false) : LegRecord.NONE,
                close(closed),
                aboutOne ? diagnosed(sessionFinding()) : maybe(() -> diagnosed(null)));
    }

    private Diagnosed diagnosed(@Nullable SessionFinding about) {
        return new Diagnosed(about, some(this::sessionFinding), random.nextInt(100), random.nextInt(100));
    }

    private SessionFinding sessionFinding() {
        return new SessionFinding(finding(any(Catalogue.standard().ids().toArray(new FindingId[0]))), maybe(this::moment), random.nextBoolean());
    }

    /** Of this kind, with any evidence. */
    Finding finding(FindingId id) {
        List<Evidence> evidence = new ArrayList<>(some(() -> evidence(any(Clue.values()))));
        evidence.add(evidence(any(Clue.values())));
        return new Finding(
                id,
                any(Blame.values()),
                any(Confidence.values()),
                maybe(() -> any(Leg.values())),
                moment(),
                moment(),
                evidence,
                some(() -> any(Catalogue.standard().ids().toArray(new FindingId[0]))));
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
                maybe(this::endpoint),
                maybe(this::endpoint),
                some(() -> new LegRecord.Lookup(text(), number(), random.nextInt(5), maybe(this::text))),
                some(() -> new LegRecord.Attempt(
                        text(),
                        maybe(this::endpoint),
                        maybe(this::endpoint),
                        any(ConnectResult.values()),
                        maybe(this::text),
                        number(),
                        maybe(() -> plain(LegWire.class)))),
                facts(Handshake.class),
                facts(LegData.class),
                facts(LegClose.class),
                maybe(this::text),
                maybe(this::text),
                maybe(() -> random.nextInt(64)),
                captured ? plain(LegWire.class) : maybe(() -> plain(LegWire.class)));
    }

    private SessionClose close(boolean closed) {
        return new SessionClose(
                some(() -> any(new String[] {"client.fin", "upstream.rst", "proxy.reset", "proxy.fin"})),
                maybe(() -> any(new String[] {"client", "upstream", "proxy"})),
                maybe(() -> any(new String[] {"fin", "rst", "timeout", "proxy"})),
                maybe(this::longFact),
                maybe(this::longFact),
                maybe(() -> any(Leg.values())),
                maybe(this::longFact),
                maybe(this::longFact),
                closed ? any(new String[] {"faithful", "translated", "data_lost"}) : null,
                maybe(this::text),
                maybe(this::longFact));
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
        Type of = ((ParameterizedType) component.getGenericType()).getActualTypeArguments()[0];
        return new Fact<>(value((Class<?>) of, component.getName()), any(Source.values()));
    }

    private Object value(Class<?> type, String name) {
        if (type == Long.class) {
            return number();
        }
        if (type == Boolean.class) {
            return random.nextBoolean();
        }
        if (type.isEnum()) {
            return any(type.getEnumConstants());
        }
        return name.equals("timeWaitHolder") ? any(new String[] {"peer", "local", "both", "none"}) : text();
    }

    /** A record of any components: numbers that are no less than 0, enums, other such records, lists of them. */
    private <R> R plain(Class<R> type) {
        RecordComponent[] components = type.getRecordComponents();
        Class<?>[] types = new Class<?>[components.length];
        @Nullable Object[] values = new Object[components.length];
        for (int i = 0; i < components.length; i++) {
            types[i] = components[i].getType();
            boolean nullable = components[i].getAnnotatedType().isAnnotationPresent(Nullable.class);
            values[i] = nullable && random.nextBoolean() ? null : plainValue(components[i].getGenericType());
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
