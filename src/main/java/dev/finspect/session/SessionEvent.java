package dev.finspect.session;

import dev.finspect.diagnose.Finding;
import dev.finspect.lifecycle.turn.DurationBatch;
import dev.finspect.record.Lookup;
import dev.finspect.record.ProxyHeader;
import dev.finspect.record.ProxyReason;
import dev.finspect.tcp.ConnectResult;
import dev.finspect.tcp.Errno;
import dev.finspect.tcp.Leg;
import dev.finspect.wire.SynSegment;
import dev.finspect.wire.TcpInfo;
import dev.finspect.wire.tls.TlsStep;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Something that happened to a session, in the past tense. Its record changes only by these events.
 *
 * <p>Times are monotonic nanoseconds of one clock ({@link System#nanoTime()} of the process); the tracker holds the
 * wall-clock anchor. Events of one session arrive in order on one thread.
 */
public sealed interface SessionEvent {
    /** When it happened, monotonic nanoseconds. */
    long atNanos();

    /** The client's connection was accepted. The first event of every session. */
    record Accepted(
            long atNanos,
            @Nullable SynSegment savedSyn,
            @Nullable TcpInfo info) implements SessionEvent {}

    /** The client's connection began with a header of the PROXY protocol, which is read. */
    record ProxyHeaderRead(long atNanos, ProxyHeader header) implements SessionEvent {}

    /** A header of the PROXY protocol was handed to the kernel, before everything else, for the upstream. */
    record ProxyHeaderSent(long atNanos, ProxyHeader header) implements SessionEvent {}

    /** A look-up of an upstream's name begins. */
    record NameAsked(long atNanos, String name, Lookup.Purpose purpose) implements SessionEvent {}

    /** A name server was asked, or another one than before, in the look-up that goes on. */
    record NameServerAsked(long atNanos, InetSocketAddress server) implements SessionEvent {}

    /**
     * A look-up of an upstream's name ended. {@code server} is the name server that gave the answer, or was asked last; null where
     * that is not known.
     */
    record LookedUp(
            long atNanos,
            String name,
            Lookup.Purpose purpose,
            @Nullable InetSocketAddress server,
            Lookup.End end) implements SessionEvent {}

    /** An attempt to connect begins. */
    record AttemptBegun(long atNanos, String target, InetSocketAddress address) implements SessionEvent {}

    /** tcp_info was read of the socket that is connecting. */
    record AttemptSampled(long atNanos, TcpInfo info) implements SessionEvent {}

    /**
     * One attempt to connect ended without a connection; others may follow. {@code local} is where its socket was bound; null
     * where it had none or where that is not known. {@code errno} is null where no system call failed: finspect's own time-out
     * or decision ended the attempt, or the name has no address.
     */
    record AttemptFailed(
            long atNanos,
            String target,
            @Nullable InetSocketAddress address,
            @Nullable InetSocketAddress local,
            ConnectResult result,
            @Nullable Errno errno,
            String detail,
            long durationNanos)
            implements SessionEvent {}

    /** The upstream's connection is established. */
    record Connected(
            long atNanos,
            String target,
            InetSocketAddress peer,
            InetSocketAddress local,
            long durationNanos,
            @Nullable TcpInfo info)
            implements SessionEvent {}

    /** Every upstream was tried without success; {@code result} is that of the last attempt. */
    record ConnectGivenUp(long atNanos, ConnectResult result) implements SessionEvent {}

    /** The first byte from this leg's peer was read. */
    record FirstByte(long atNanos, Leg leg) implements SessionEvent {}

    /**
     * This leg's peer went a step of a TLS handshake, on a route that observes it; the observation's beginning is the first, and
     * about both legs.
     */
    record TlsStepped(long atNanos, Leg leg, TlsStep step) implements SessionEvent {}

    /** The peer's FIN has arrived; bytes sent before it may still be unread. */
    record PeerFin(long atNanos, Leg leg) implements SessionEvent {}

    /** The peer's RST has arrived, or its connection failed with another error. */
    record PeerReset(long atNanos, Leg leg, Errno errno) implements SessionEvent {}

    /** finspect has sent its FIN on this leg. */
    record OutputShut(long atNanos, Leg leg) implements SessionEvent {}

    /** finspect has sent an RST on this leg. */
    record OutputReset(long atNanos, Leg leg) implements SessionEvent {}

    /** Reading from this leg stopped because the other leg takes no more. */
    record Paused(long atNanos, Leg leg) implements SessionEvent {}

    /** Reading from this leg went on. */
    record Resumed(long atNanos, Leg leg) implements SessionEvent {}

    /** Urgent data was seen on this leg; it stays in the stream, its mark is lost. */
    record UrgentSeen(long atNanos, Leg leg) implements SessionEvent {}

    /**
     * tcp_info was read by the sweep.
     *
     * @param receiveMemoryBytes what the socket's received segments take, those out of order among them; negative where it was
     *     not asked for
     */
    record Sampled(long atNanos, Leg leg, TcpInfo info, long receiveMemoryBytes) implements SessionEvent {}

    /**
     * What was counted of turns since the last such event: each second in which there was one, and at the end.
     *
     * @param answers from the last byte of the client's word to the first of the upstream's answer; null without any
     * @param wholeAnswers from there to the last byte of the answer, of those that are over
     * @param thinking from the last byte of an answer to the first of the client's next word
     * @param interleaved how many turns were none, as both peers spoke at once
     */
    record TurnsCounted(
            long atNanos,
            @Nullable DurationBatch answers,
            @Nullable DurationBatch wholeAnswers,
            @Nullable DurationBatch thinking,
            long interleaved)
            implements SessionEvent {
        /** Of a session whose peers speak at once: its times mean nothing. */
        public static TurnsCounted interleaved(long atNanos, long turns) {
            return new TurnsCounted(atNanos, null, null, null, turns);
        }
    }

    /** The rules found that something hangs, and who is to blame. */
    record FindingRaised(long atNanos, Finding finding) implements SessionEvent {}

    /** The finding that stands for a living session, its worst, has changed: null where none blames a party. */
    record WorstFindingChanged(
            long atNanos,
            @Nullable Finding before,
            @Nullable Finding now) implements SessionEvent {}

    /** A finding has cleared, or its session ends. */
    record FindingCleared(long atNanos, Finding finding) implements SessionEvent {}

    /** finspect decided by itself to end the session. */
    record ProxyEnded(long atNanos, ProxyReason reason) implements SessionEvent {}

    /** Both legs are over: the last readings before their sockets were closed. The last event of every session. */
    record Ended(
            long atNanos,
            @Nullable TcpInfo clientInfo,
            @Nullable TcpInfo upstreamInfo) implements SessionEvent {}
}
