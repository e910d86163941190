package dev.finspect.tcp;

import java.util.List;
import java.util.stream.LongStream;

/**
 * A known value and its source. What is not known is no fact at all, never a made-up 0: see {@link Observation}.
 *
 * @param <T> the value's type; durations are nanoseconds and times nanoseconds since the Unix epoch, both as {@link Long}
 */
public record Fact<T>(T value, Source source) implements Observation<T> {
    /** Of numbers below this each has one object for all, since records of quiet sessions contain many of them. */
    private static final int SHARED = 64;

    private static final List<Fact<Long>> KERNEL_NUMBERS = shared(Source.KERNEL);
    private static final List<Fact<Long>> SOCKET_NUMBERS = shared(Source.SOCKET);
    private static final List<Fact<Long>> INFERRED_NUMBERS = shared(Source.INFERRED);
    private static final Fact<Boolean> KERNEL_YES = new Fact<>(true, Source.KERNEL);
    private static final Fact<Boolean> KERNEL_NO = new Fact<>(false, Source.KERNEL);

    private static List<Fact<Long>> shared(Source source) {
        return LongStream.range(0, SHARED)
                .mapToObj(number -> new Fact<>(number, source))
                .toList();
    }

    private static Fact<Long> number(long value, List<Fact<Long>> shared, Source source) {
        return value >= 0 && value < SHARED ? shared.get((int) value) : new Fact<>(value, source);
    }

    /** A fact from a captured segment. */
    public static <T> Fact<T> wire(T value) {
        return new Fact<>(value, Source.WIRE);
    }

    /** A fact from the kernel. */
    public static <T> Fact<T> kernel(T value) {
        return new Fact<>(value, Source.KERNEL);
    }

    /** A number from the kernel. */
    public static Fact<Long> kernel(long value) {
        return number(value, KERNEL_NUMBERS, Source.KERNEL);
    }

    /** A yes or no of the kernel's. */
    public static Fact<Boolean> kernel(boolean value) {
        return value ? KERNEL_YES : KERNEL_NO;
    }

    /** A fact from the result or the time of a system call. */
    public static <T> Fact<T> socket(T value) {
        return new Fact<>(value, Source.SOCKET);
    }

    /** A number from the result or the time of a system call. */
    public static Fact<Long> socket(long value) {
        return number(value, SOCKET_NUMBERS, Source.SOCKET);
    }

    /** A fact inferred from others. */
    public static <T> Fact<T> inferred(T value) {
        return new Fact<>(value, Source.INFERRED);
    }

    /** A number inferred from others. */
    public static Fact<Long> inferred(long value) {
        return number(value, INFERRED_NUMBERS, Source.INFERRED);
    }

    /** A number from tcp_info; not observed where the kernel's answer did not reach that far (negative). */
    public static Observation<Long> kernelNumber(long valueOrNegative) {
        return valueOrNegative < 0 ? Observation.notObserved() : kernel(valueOrNegative);
    }

    /** A number of the kernel's that is 0 while there is none, as the size of packets on a way that was not looked up yet. */
    public static Observation<Long> kernelUnlessZero(long value) {
        return value == 0 ? Observation.notObserved() : kernelNumber(value);
    }
}
