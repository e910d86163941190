package dev.finspect.log.compact;

import dev.finspect.log.json.JsonBytes;
import dev.finspect.log.line.DecimalSeconds;
import dev.finspect.log.line.LineBatch;
import dev.finspect.log.line.Rfc3339;
import dev.finspect.log.line.Unicode;
import dev.finspect.record.CloseAct;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.IpText;
import dev.finspect.tcp.Observation;
import dev.finspect.tcp.Source;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Writes the fields of a line that have a value, each object when its first field has one. Confined to one thread; the memory is
 * reused.
 */
final class CompactWriter {
    /** Most bytes of a text, as it is written. */
    static final int MOST_TEXT_BYTES = 600;

    private static final int INITIAL_BYTES = 4 * 1024;

    private final JsonBytes json = new JsonBytes(INITIAL_BYTES);
    private final FactSources sources = new FactSources();
    private final byte[] time = new byte[Rfc3339.LENGTH];
    private final byte[] decimal = new byte[DecimalSeconds.MAX_LENGTH];
    private final String instance;
    /** The innermost object that is being written, and the one of the next field. */
    private Group open = Group.TOP;

    private Group next = Group.TOP;
    private int leftOut;
    private int oneIn;

    CompactWriter(String instance) {
        this.instance = instance;
    }

    /** Writes a line. */
    void line(Consumer<CompactWriter> line, Source best, int sampledOneIn, LineBatch batch) {
        json.clear();
        sources.begin(best);
        oneIn = sampledOneIn;
        leftOut = 0;
        line.accept(this);
        json.copyTo(batch);
    }

    /** The name of this finspect. */
    String instance() {
        return instance;
    }

    /** For how many sessions the line stands. */
    int oneIn() {
        return oneIn;
    }

    /** How many items of the last list did not fit. */
    int leftOut() {
        return leftOut;
    }

    /** Begins an object with fields; returns what {@link #end} wants. */
    Group begin() {
        Group outside = open;
        open = Group.TOP;
        json.writeStartObject();
        return outside;
    }

    /** The object of the next field. */
    void next(Group group) {
        next = group;
    }

    void end(Group outside) {
        closeTo(Group.TOP);
        json.writeEndObject();
        open = outside;
    }

    private void closeTo(Group group) {
        while (!open.holds(group)) {
            json.writeEndObject();
            Group outer = open.outer();
            open = outer == null ? Group.TOP : outer;
        }
    }

    private void openDown(Group group) {
        Group outer = group.outer();
        if (group != open && outer != null) {
            openDown(outer);
            json.writeFieldName(group.name());
            json.writeStartObject();
        }
    }

    /** Writes the name of a field that has a value. */
    void name(FieldName field) {
        if (next != open) {
            closeTo(next);
            openDown(next);
            open = next;
        }
        json.writeFieldName(field.name());
    }

    void text(FieldName field, @Nullable String text) {
        if (text != null && !text.isEmpty()) {
            name(field);
            json.writeString(Unicode.wellFormed(text), MOST_TEXT_BYTES);
        }
    }

    <V> void text(FieldName field, Observation<V> observed, Function<V, String> label) {
        Fact<V> fact = observed.fact();
        if (fact != null) {
            text(field, label.apply(fact.value()));
            sources.seen(field, fact.source());
        }
    }

    void texts(FieldName field, List<String> texts) {
        if (!texts.isEmpty()) {
            name(field);
            json.writeStartArray();
            for (String text : texts) {
                json.writeString(text, MOST_TEXT_BYTES);
            }
            json.writeEndArray();
        }
    }

    void acts(FieldName field, List<CloseAct> acts) {
        if (!acts.isEmpty()) {
            name(field);
            json.writeStartArray();
            for (CloseAct act : acts) {
                json.writeString(act.label());
            }
            json.writeEndArray();
        }
    }

    void flag(FieldName field, boolean value) {
        if (value) {
            name(field);
            json.writeBoolean(true);
        }
    }

    void number(FieldName field, Observation<Long> observed) {
        Fact<Long> fact = observed.fact();
        if (fact != null && number(field, (long) fact.value())) {
            sources.seen(field, fact.source());
        }
    }

    /** Whether it was written. */
    boolean number(FieldName field, long number) {
        if (number == 0 && field.withoutZero()) {
            return false;
        }
        name(field);
        json.writeNumber(number);
        return true;
    }

    void seconds(FieldName field, Observation<Long> observed) {
        Fact<Long> fact = observed.fact();
        if (fact != null && seconds(field, fact.value())) {
            sources.seen(field, fact.source());
        }
    }

    /** Without zeros at the end, but always with a digit behind the point. Whether it was written. */
    boolean seconds(FieldName field, @Nullable Long nanos) {
        if (nanos == null || nanos == 0 && field.withoutZero()) {
            return false;
        }
        name(field);
        int from = DecimalSeconds.writeBackwards(nanos, decimal);
        int to = decimal.length;
        while (decimal[to - 1] == '0' && decimal[to - 2] != '.') {
            to--;
        }
        json.writeRawValue(decimal, from, to - from);
        return true;
    }

    void time(FieldName field, @Nullable Long epochNanos) {
        if (epochNanos != null) {
            name(field);
            Rfc3339.write(epochNanos, time, 0);
            json.writeRawString(time, 0, Rfc3339.LENGTH);
        }
    }

    void address(FieldName field, @Nullable InetSocketAddress end) {
        if (end != null && end.getAddress() != null) {
            name(field);
            json.writeString(IpText.address(end.getAddress()));
        }
    }

    void port(FieldName field, @Nullable InetSocketAddress end) {
        if (end != null && end.getAddress() != null) {
            name(field);
            json.writeNumber(end.getPort());
        }
    }

    /** Writes items up to {@code mostBytes} of the list, but at least one of them; the rest is counted. */
    <E> void items(FieldName field, List<E> items, BiConsumer<E, CompactWriter> item, int mostBytes) {
        leftOut = 0;
        if (items.isEmpty()) {
            return;
        }
        name(field);
        int begun = json.length();
        json.writeStartArray();
        for (int i = 0; i < items.size(); i++) {
            int before = json.length();
            item.accept(items.get(i), this);
            if (i > 0 && json.length() - begun > mostBytes) {
                json.cutTo(before);
                leftOut = items.size() - i;
                break;
            }
        }
        json.writeEndArray();
    }

    void evidence(FieldName field) {
        name(field);
        sources.write(json);
    }
}
