package dev.finspect.record;

import dev.finspect.tcp.ConnectResult;
import dev.finspect.tcp.Errno;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Observation;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * One attempt to reach an upstream, over or still going on. Times are wall-clock nanoseconds since the Unix epoch.
 *
 * @param target as the configuration names it, {@code host:port}; null for an attempt that was only captured
 * @param address what was tried; null when the name could not be resolved
 * @param local finspect's end of it; null when it came to no socket, or the address is not known
 * @param begunAt when connect() was called
 * @param end how it ended; null while it goes on
 * @param answers what came back
 * @param wire what was captured of an attempt that failed; null without, and for the one that connected, whose leg has it
 * @param kernel what the kernel of an upstream on this host noted of the RST that answered
 */
public record Attempt(
        @Nullable String target,
        @Nullable InetSocketAddress address,
        @Nullable InetSocketAddress local,
        Fact<Long> begunAt,
        @Nullable End end,
        Answers answers,
        @Nullable LegWire wire,
        KernelNote kernel) {
    /** One of which the kernel noted nothing. */
    public Attempt(
            @Nullable String target,
            @Nullable InetSocketAddress address,
            @Nullable InetSocketAddress local,
            Fact<Long> begunAt,
            @Nullable End end,
            Answers answers,
            @Nullable LegWire wire) {
        this(target, address, local, begunAt, end, answers, wire, KernelNote.NOT_OBSERVED);
    }

    /**
     * How an attempt ended.
     *
     * @param detail the error's own words; null when connected
     * @param errno the error of the system call that failed; none where finspect's own time-out or decision ended the attempt
     */
    public record End(
            ConnectResult result,
            Fact<Long> at,
            long durationNanos,
            @Nullable String detail,
            Observation<Errno> errno) {}

    /**
     * What was sent, and what came back.
     *
     * @param syns SYNs sent; 0 where the attempt ended before the first, for want of a socket or a port
     * @param synAckAt when the first SYN-ACK came
     * @param rstAt when an RST answered
     * @param icmp type and sender of the ICMP error that answered
     * @param timeWaits sockets in TIME-WAIT towards this address
     * @param challengedAt when an ACK without SYN came that does not acknowledge the SYN: the address is reached, and still has
     *     an earlier connection from this port (RFC 9293 section 3.10.7.4)
     * @param withdrawnAt when the sender of the SYN took it back by an RST, unanswered
     * @param lastSynAt when the last of the SYNs had been sent; from the kernel the reading that first counted it, up to a second
     *     later. What was seen before that says nothing of it. None where no SYN was sent
     */
    public record Answers(
            Observation<Long> syns,
            Observation<Long> synAckAt,
            Observation<Long> rstAt,
            Observation<String> icmp,
            Observation<Long> timeWaits,
            Observation<Long> challengedAt,
            Observation<Long> withdrawnAt,
            Observation<Long> lastSynAt) {
        /** Of an attempt that was neither challenged nor withdrawn, for all that is known; without the time of the last SYN. */
        public Answers(
                Observation<Long> syns,
                Observation<Long> synAckAt,
                Observation<Long> rstAt,
                Observation<String> icmp,
                Observation<Long> timeWaits) {
            this(
                    syns,
                    synAckAt,
                    rstAt,
                    icmp,
                    timeWaits,
                    Observation.notObserved(),
                    Observation.notObserved(),
                    Observation.notObserved());
        }

        /** Not observed. */
        public static final Answers NOT_OBSERVED = new Answers(
                Observation.notObserved(),
                Observation.notObserved(),
                Observation.notObserved(),
                Observation.notObserved(),
                Observation.notObserved());

        /** These, of which only the SYNs were counted. */
        public static Answers ofSyns(Observation<Long> syns, Observation<Long> lastSynAt) {
            return new Answers(
                    syns,
                    Observation.notObserved(),
                    Observation.notObserved(),
                    Observation.notObserved(),
                    Observation.notObserved(),
                    Observation.notObserved(),
                    Observation.notObserved(),
                    lastSynAt);
        }
    }

    /** The same with what the kernel noted of the RST that answered. */
    public Attempt with(KernelNote noted) {
        return new Attempt(target, address, local, begunAt, end, answers, wire, noted);
    }

    /** How it ended; null while it goes on. */
    public @Nullable ConnectResult result() {
        return end == null ? null : end.result();
    }
}
