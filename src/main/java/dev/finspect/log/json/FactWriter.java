package dev.finspect.log.json;

import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.SerializedString;
import dev.finspect.log.line.DecimalSeconds;
import dev.finspect.log.line.Rfc3339;
import dev.finspect.log.line.Unicode;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.IpText;
import dev.finspect.tcp.Observation;
import dev.finspect.tcp.Source;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Writes facts: each value under its name, {@code null} if it is not known, and at the end of the object the sources of the
 * known facts.
 *
 * <p>All facts of an object and its {@link #sources()} must be written without facts of another object in between.
 * Confined to one thread; allocates nothing for numbers and times.
 */
final class FactWriter {
    private static final SerializedString SOURCES = new SerializedString("sources");
    /** An upper limit for the number of facts of one object. */
    private static final int MAX_FACTS = 48;

    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    private static final byte[] NO_TIME = "0.000000000".getBytes(StandardCharsets.US_ASCII);

    final JsonBytes json;
    private final SerializableString[] knownNames = new SerializableString[MAX_FACTS];
    private final Source[] knownSources = new Source[MAX_FACTS];
    private final SourcesText sourcesText = new SourcesText();
    private int known;
    private int hash;
    private final byte[] time = new byte[Rfc3339.LENGTH];
    /** The second in {@link #time}; initially an impossible one. */
    private long timeSecond = Long.MIN_VALUE;

    private final byte[] decimal = new byte[DecimalSeconds.MAX_LENGTH];

    FactWriter(JsonBytes json) {
        this.json = json;
    }

    /** The encoded labels of an enum. */
    static <E extends Enum<E>> Map<E, SerializableString> labels(Class<E> type, Function<E, String> label) {
        Map<E, SerializableString> labels = new EnumMap<>(type);
        for (E value : type.getEnumConstants()) {
            labels.put(value, new SerializedString(label.apply(value)));
        }
        return labels;
    }

    void number(SerializableString name, Observation<Long> observed) {
        Fact<Long> fact = observed.fact();
        json.writeFieldName(name);
        if (fact == null) {
            json.writeNull();
        } else {
            json.writeNumber((long) fact.value());
            remember(name, fact.source());
        }
    }

    void seconds(SerializableString name, Observation<Long> observed) {
        Fact<Long> fact = observed.fact();
        json.writeFieldName(name);
        if (fact == null) {
            json.writeNull();
        } else {
            seconds(fact.value());
            remember(name, fact.source());
        }
    }

    void time(SerializableString name, Observation<Long> observed) {
        Fact<Long> fact = observed.fact();
        json.writeFieldName(name);
        if (fact == null) {
            json.writeNull();
        } else {
            time(fact.value());
            remember(name, fact.source());
        }
    }

    void flag(SerializableString name, Observation<Boolean> observed) {
        Fact<Boolean> fact = observed.fact();
        json.writeFieldName(name);
        if (fact == null) {
            json.writeNull();
        } else {
            json.writeBoolean(fact.value());
            remember(name, fact.source());
        }
    }

    <T> void text(SerializableString name, Observation<T> observed, Function<T, String> words) {
        Fact<T> fact = observed.fact();
        text(name, fact == null ? null : words.apply(fact.value()));
        if (fact != null) {
            remember(name, fact.source());
        }
    }

    <E extends Enum<E>> void label(
            SerializableString name, Observation<E> observed, Map<E, SerializableString> labels) {
        Fact<E> fact = observed.fact();
        label(name, fact == null ? null : fact.value(), labels);
        if (fact != null) {
            remember(name, fact.source());
        }
    }

    /** Writes the sources of the facts since the last call. */
    void sources() {
        json.writeFieldName(SOURCES);
        json.writeRawValue(sourcesText.of(knownNames, knownSources, known, hash));
        known = 0;
        hash = 0;
    }

    /** The label of an enum constant without a source. */
    <E extends Enum<E>> void label(SerializableString name, @Nullable E value, Map<E, SerializableString> labels) {
        json.writeFieldName(name);
        if (value == null) {
            json.writeNull();
        } else {
            json.writeString(word(labels, value));
        }
    }

    /** Any text without a source; it may contain any character. */
    void text(SerializableString name, @Nullable String value) {
        json.writeFieldName(name);
        if (value == null) {
            json.writeNull();
        } else {
            json.writeString(Unicode.wellFormed(value));
        }
    }

    /** Address and port under two names, both null if there is none. */
    void endpoint(SerializableString addressName, SerializableString portName, @Nullable InetSocketAddress endpoint) {
        json.writeFieldName(addressName);
        if (endpoint == null || endpoint.getAddress() == null) {
            json.writeNull();
        } else {
            json.writeString(IpText.address(endpoint.getAddress()));
        }
        json.writeFieldName(portName);
        if (endpoint == null) {
            json.writeNull();
        } else {
            json.writeNumber(endpoint.getPort());
        }
    }

    /** A number without a source. */
    void number(SerializableString name, long value) {
        json.writeFieldName(name);
        json.writeNumber(value);
    }

    /** A number without a source; null if it is not known. */
    void number(SerializableString name, @Nullable Long value) {
        json.writeFieldName(name);
        if (value == null) {
            json.writeNull();
        } else {
            json.writeNumber((long) value);
        }
    }

    /** A boolean without a source. */
    void flag(SerializableString name, boolean value) {
        json.writeFieldName(name);
        json.writeBoolean(value);
    }

    /** A wall-clock time without a source. */
    void time(SerializableString name, @Nullable Long epochNanos) {
        json.writeFieldName(name);
        if (epochNanos == null) {
            json.writeNull();
        } else {
            time(epochNanos);
        }
    }

    /** A duration without a source. */
    void seconds(SerializableString name, @Nullable Long nanos) {
        json.writeFieldName(name);
        if (nanos == null) {
            json.writeNull();
        } else {
            seconds(nanos);
        }
    }

    /** A duration as a value. */
    void seconds(long nanos) {
        if (nanos == 0) {
            json.writeRawValue(NO_TIME);
        } else {
            int from = DecimalSeconds.writeBackwards(nanos, decimal);
            json.writeRawValue(decimal, from, decimal.length - from);
        }
    }

    /** A wall-clock time as a value. Most times of a record are within the same second, which is cached. */
    void time(long epochNanos) {
        long second = Math.floorDiv(epochNanos, NANOS_PER_SECOND);
        if (second != timeSecond) {
            timeSecond = second;
            Rfc3339.writeSecond(second, time, 0);
        }
        Rfc3339.writeFraction((int) (epochNanos - second * NANOS_PER_SECOND), time, 0);
        json.writeRawString(time, 0, Rfc3339.LENGTH);
    }

    /** The encoded label of an enum constant. */
    static <E extends Enum<E>> SerializableString word(Map<E, SerializableString> labels, E value) {
        SerializableString word = labels.get(value);
        if (word == null) {
            throw new AssertionError("No label for " + value);
        }
        return word;
    }

    private void remember(SerializableString name, Source source) {
        hash = 31 * (31 * hash + name.hashCode()) + source.label().hashCode();
        knownNames[known] = name;
        knownSources[known++] = source;
    }
}
