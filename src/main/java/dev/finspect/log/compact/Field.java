package dev.finspect.log.compact;

import com.fasterxml.jackson.core.io.SerializedString;
import dev.finspect.tcp.Observation;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * One field of a line: its path, what it says, and how it is taken from what the line is about. Lines, schema and page follow
 * from it. A field without a value is not written. Immutable.
 *
 * @param <T> what the line, or the item of a list, is about
 */
final class Field<T> {
    private final String path;
    private final Shape shape;
    private final String words;
    private final Value<T> value;
    private final @Nullable Table<?> items;
    private final Marks marks;
    private final FieldName name;

    /** What is said of a field besides. */
    private record Marks(@Nullable Usual usual, boolean always, boolean withoutZero, boolean openTelemetry) {
        static final Marks NONE = new Marks(null, false, false, false);
    }

    /** Writes the value under the field's name, or nothing. */
    @FunctionalInterface
    interface Value<T> {
        void write(T what, FieldName field, CompactWriter out);
    }

    /** A text; null where there is none. */
    @FunctionalInterface
    interface Text<T> {
        @Nullable
        String of(T what);
    }

    /** An address with a port; null where there is none. */
    @FunctionalInterface
    interface Endpoint<T> {
        @Nullable
        InetSocketAddress of(T what);
    }

    /** A time or a duration; null where there is none. */
    @FunctionalInterface
    interface Nanos<T> {
        @Nullable
        Long of(T what);
    }

    private Field(String path, Shape shape, String words, Value<T> value, @Nullable Table<?> items, Marks marks) {
        this.path = path;
        this.shape = shape;
        this.words = words;
        this.value = value;
        this.items = items;
        this.marks = marks;
        Usual usual = marks.usual == null ? Usual.SOCKET : marks.usual;
        String last = path.substring(path.lastIndexOf('.') + 1);
        name = new FieldName(new SerializedString(last), new SerializedString(path), usual, marks.withoutZero);
    }

    /** Any field. */
    static <T> Field<T> of(String path, Shape shape, String words, Value<T> value) {
        return new Field<>(path, shape, words, value, null, Marks.NONE);
    }

    private static <T> Field<T> of(String path, Shape.Kind kind, String words, Value<T> value) {
        return of(path, Shape.of(kind), words, value);
    }

    /** Any text, which may hold any character; what is long is cut. */
    static <T> Field<T> text(String path, String words, Text<T> text) {
        return of(path, Shape.Kind.TEXT, words, (what, field, out) -> out.text(field, text.of(what)));
    }

    /** One of a few words. */
    static <T, E> Field<T> word(String path, String words, E[] values, Function<E, String> label, Text<T> text) {
        return of(
                path,
                Shape.words(Shape.Kind.WORD, values, label),
                words,
                (what, field, out) -> out.text(field, text.of(what)));
    }

    /** A time: wall clock, nanoseconds since the Unix epoch. */
    static <T> Field<T> time(String path, String words, Nanos<T> time) {
        return of(path, Shape.Kind.TIME, words, (what, field, out) -> out.time(field, time.of(what)));
    }

    /** A duration of nanoseconds, which is not observed but known. */
    static <T> Field<T> seconds(String path, String words, Nanos<T> nanos) {
        return of(path, Shape.Kind.SECONDS, words, (what, field, out) -> out.seconds(field, nanos.of(what)));
    }

    /** A duration of nanoseconds, with its source. */
    static <T> Field<T> seconds(String path, String words, Usual usual, Function<T, Observation<Long>> nanos) {
        return Field.<T>of(path, Shape.Kind.SECONDS, words, (what, field, out) -> out.seconds(field, nanos.apply(what)))
                .observed(usual);
    }

    /** A number with its source. */
    static <T> Field<T> number(String path, String words, Usual usual, Function<T, Observation<Long>> number) {
        return Field.<T>of(path, Shape.Kind.NUMBER, words, (what, field, out) -> out.number(field, number.apply(what)))
                .observed(usual);
    }

    /** A number that is known. */
    static <T> Field<T> number(String path, String words, ToLongFunction<T> number) {
        return of(path, Shape.Kind.NUMBER, words, (what, field, out) -> out.number(field, number.applyAsLong(what)));
    }

    /** A text with its source. */
    static <T, V> Field<T> text(
            String path, String words, Usual usual, Function<T, Observation<V>> observed, Function<V, String> label) {
        return Field.<T>of(
                        path,
                        Shape.Kind.TEXT,
                        words,
                        (what, field, out) -> out.text(field, observed.apply(what), label))
                .observed(usual);
    }

    /** The address of an end. */
    static <T> Field<T> address(String path, String words, Endpoint<T> end) {
        return of(path, Shape.Kind.TEXT, words, (what, field, out) -> out.address(field, end.of(what)));
    }

    /** The port of an end. */
    static <T> Field<T> port(String path, String words, Endpoint<T> end) {
        return of(path, Shape.Kind.NUMBER, words, (what, field, out) -> out.port(field, end.of(what)));
    }

    /** Objects, as many as fit into {@code mostBytes}, but at least one of them. */
    static <T, E> Field<T> items(String path, String words, Function<T, List<E>> items, Table<E> table, int mostBytes) {
        return new Field<>(
                path,
                Shape.of(Shape.Kind.ITEMS),
                words,
                (what, field, out) -> out.items(field, items.apply(what), table::write, mostBytes),
                table,
                Marks.NONE);
    }

    /** How many of the list before it are left out. */
    static <T> Field<T> omitted(String path, String words, ToIntFunction<T> besides) {
        return Field.<T>of(
                        path,
                        Shape.Kind.NUMBER,
                        words,
                        (what, field, out) -> out.number(field, (long) besides.applyAsInt(what) + out.leftOut()))
                .withoutZero();
    }

    private Field<T> with(Marks others) {
        return new Field<>(path, shape, words, value, items, others);
    }

    private Field<T> observed(Usual source) {
        return with(new Marks(source, marks.always, marks.withoutZero, marks.openTelemetry));
    }

    /** The same under another path. */
    Field<T> at(String otherPath) {
        return new Field<>(otherPath, shape, words, value, items, marks);
    }

    /** The same, in every line. */
    Field<T> always() {
        return with(new Marks(marks.usual, true, marks.withoutZero, marks.openTelemetry));
    }

    /** The same, not written where it is 0, as it normally is. */
    Field<T> withoutZero() {
        return with(new Marks(marks.usual, marks.always, true, marks.openTelemetry));
    }

    /** The same, whose path is a name of OpenTelemetry's semantic conventions with the same meaning. */
    Field<T> openTelemetry() {
        return with(new Marks(marks.usual, marks.always, marks.withoutZero, true));
    }

    void write(T what, CompactWriter out) {
        value.write(what, name, out);
    }

    /** Names of the objects around it and its own, with points between. */
    String path() {
        return path;
    }

    Shape shape() {
        return shape;
    }

    String words() {
        return words;
    }

    /** The fields of each item of a list; null for what is no list of objects. */
    @Nullable
    Table<?> items() {
        return items;
    }

    /** The source that it usually has; null for what has none. */
    @Nullable
    Usual usualOrNull() {
        return marks.usual;
    }

    boolean isAlways() {
        return marks.always;
    }

    boolean isWithoutZero() {
        return marks.withoutZero;
    }

    boolean isOpenTelemetry() {
        return marks.openTelemetry;
    }
}
