package dev.finspect.relay.names;

import dev.finspect.record.NameAnswer;
import dev.finspect.record.NameSource;
import dev.finspect.tcp.Fact;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The addresses of a name.
 *
 * @param server the name server that gave them; null where the source does not say
 * @param time when they came, and for how long they are good; null where the source does not say
 */
public record Resolved(
        List<InetAddress> addresses,
        NameSource source,
        @Nullable InetSocketAddress server,
        @Nullable Time time) {
    /**
     * When an answer came, and for how long it is good.
     *
     * @param answeredAtNanos monotonic
     * @param tookNanos from the question to the answer
     */
    public record Time(long answeredAtNanos, long tookNanos, Duration ttl) {}

    /** Of a source that says nothing but addresses. */
    static Resolved by(NameSource source, List<InetAddress> addresses) {
        return new Resolved(addresses, source, null, null);
    }

    /** The same in the order in which they are tried. */
    Resolved sorted() {
        return new Resolved(AddressOrder.sorted(addresses), source, server, time);
    }

    /** Whether it may be used at this moment, {@code most} after it came at the latest. */
    boolean isGood(long nowNanos, Duration most) {
        return time != null && nowNanos - time.answeredAtNanos < Math.min(time.ttl.toNanos(), most.toNanos());
    }

    /** For a record, as it is at this moment. */
    public NameAnswer answer(long nowNanos) {
        return time == null
                ? NameAnswer.of(addresses, source)
                : new NameAnswer(
                        addresses,
                        source,
                        Fact.socket(time.tookNanos),
                        Fact.socket(time.ttl.toNanos()),
                        Fact.socket(Math.max(0, nowNanos - time.answeredAtNanos)));
    }
}
