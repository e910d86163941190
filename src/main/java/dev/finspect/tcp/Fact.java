package dev.finspect.tcp;

/**
 * A known value and its source. What is not known is no fact at all, never a made-up 0: see {@link Observation}.
 *
 * @param <T> the value's type; durations are nanoseconds and times nanoseconds since the Unix epoch, both as {@link Long}
 */
public record Fact<T>(T value, Source source) implements Observation<T> {
    private static final Fact<Long> KERNEL_ZERO = new Fact<>(0L, Source.KERNEL);
    private static final Fact<Long> SOCKET_ZERO = new Fact<>(0L, Source.SOCKET);

    /** A fact from a captured segment. */
    public static <T> Fact<T> wire(T value) {
        return new Fact<>(value, Source.WIRE);
    }

    /** A fact from the kernel. */
    public static <T> Fact<T> kernel(T value) {
        return new Fact<>(value, Source.KERNEL);
    }

    /** A number from the kernel; all zeros share one object, since records of quiet sessions contain many. */
    public static Fact<Long> kernel(long value) {
        return value == 0 ? KERNEL_ZERO : new Fact<>(value, Source.KERNEL);
    }

    /** A fact from the result or the time of a system call. */
    public static <T> Fact<T> socket(T value) {
        return new Fact<>(value, Source.SOCKET);
    }

    /** A number from the result or the time of a system call. */
    public static Fact<Long> socket(long value) {
        return value == 0 ? SOCKET_ZERO : new Fact<>(value, Source.SOCKET);
    }

    /** A fact inferred from others. */
    public static <T> Fact<T> inferred(T value) {
        return new Fact<>(value, Source.INFERRED);
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
