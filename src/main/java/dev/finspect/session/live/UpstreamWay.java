package dev.finspect.session.live;

import dev.finspect.record.Attempt;
import dev.finspect.record.LegRecord;
import dev.finspect.record.Lookup;
import dev.finspect.session.SessionCaptures;
import dev.finspect.session.SessionEvent;
import dev.finspect.session.SessionIdentity;
import dev.finspect.tcp.ConnectResult;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Observation;
import dev.finspect.tcp.Source;
import dev.finspect.wire.TcpInfo;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How one session reached its upstream: names looked up, addresses tried, and the one that was reached. */
public final class UpstreamWay {
    /** A look-up that takes so long is worth the rules' time. */
    private static final long LONG_LOOKUP_NANOS = 1_000_000_000L;

    private List<Lookup> lookups = List.of();
    private @Nullable Lookup asking;
    private long longestLookupNanos;
    private List<Attempt> ended = List.of();
    private @Nullable InetSocketAddress peer;
    private @Nullable InetSocketAddress local;
    private @Nullable Trying trying;

    void asked(SessionEvent.NameAsked e, SessionIdentity clock) {
        asking = new Lookup(
                e.name(), e.purpose(), Fact.socket(clock.epochNanos(e.atNanos())), Observation.notObserved(), null);
    }

    void asked(SessionEvent.NameServerAsked e) {
        Lookup now = asking;
        asking = now == null ? null : now.of(Fact.socket(e.server()));
    }

    void lookedUp(SessionEvent.LookedUp e, SessionIdentity clock) {
        asking = null;
        lookups = with(
                lookups,
                new Lookup(
                        e.name(),
                        e.purpose(),
                        Fact.socket(clock.epochNanos(e.atNanos() - e.end().durationNanos())),
                        e.server() == null ? Observation.notObserved() : Fact.socket(e.server()),
                        e.end()));
        longestLookupNanos = Math.max(longestLookupNanos, e.end().durationNanos());
    }

    void begun(SessionEvent.AttemptBegun e) {
        trying = new Trying(e.target(), e.address(), e.atNanos());
    }

    /** A reading of the socket that connects: Linux counts each SYN but the first as sent again. */
    void sampled(TcpInfo info, long atNanos) {
        Trying now = trying;
        if (now != null) {
            long syns = info.totalRetransmits() < 0 ? 0 : info.totalRetransmits() + 1;
            now.lastSynAtNanos = syns > Math.max(1, now.syns) ? atNanos : now.lastSynAtNanos;
            now.syns = syns;
        }
    }

    void failed(SessionEvent.AttemptFailed e, SessionIdentity clock) {
        Trying now = trying;
        Attempt.Answers counted = now == null ? Attempt.Answers.NOT_OBSERVED : now.answers(clock);
        boolean unsent = counted.syns().isNotObserved() && endedBeforeTheSyn(e.result());
        Attempt.Answers answers =
                unsent ? Attempt.Answers.ofSyns(Fact.socket(0L), Observation.none(Source.SOCKET)) : counted;
        trying = null;
        ended = with(
                ended,
                new Attempt(
                        e.target(),
                        e.address(),
                        e.local(),
                        Fact.socket(clock.epochNanos(e.atNanos() - e.durationNanos())),
                        new Attempt.End(
                                e.result(),
                                Fact.socket(clock.epochNanos(e.atNanos())),
                                e.durationNanos(),
                                e.detail(),
                                e.errno() == null ? Observation.none(Source.SOCKET) : Fact.socket(e.errno())),
                        answers,
                        null));
    }

    /** Whether an attempt that ended so never came to send a SYN: there was no socket or no port for it. */
    private static boolean endedBeforeTheSyn(ConnectResult result) {
        return switch (result) {
            case NO_DESCRIPTOR, NO_PORT, LOOP -> true;
            case UNRESOLVABLE,
                    CONNECTED,
                    REFUSED,
                    HOST_UNREACHABLE,
                    NETWORK_UNREACHABLE,
                    TIMED_OUT,
                    RESET,
                    DENIED,
                    ABANDONED,
                    FAILED -> false;
        };
    }

    void connected(SessionEvent.Connected e, SessionIdentity clock) {
        trying = null;
        peer = e.peer();
        local = e.local();
        ended = with(
                ended,
                new Attempt(
                        e.target(),
                        e.peer(),
                        e.local(),
                        Fact.inferred(clock.epochNanos(e.atNanos() - e.durationNanos())),
                        new Attempt.End(
                                ConnectResult.CONNECTED,
                                Fact.socket(clock.epochNanos(e.atNanos())),
                                e.durationNanos(),
                                null,
                                Observation.none(Source.SOCKET)),
                        Attempt.Answers.NOT_OBSERVED,
                        null));
    }

    /** Look-ups of names, in their order, the one that goes on among them. */
    public List<Lookup> lookups() {
        Lookup now = asking;
        return now == null ? lookups : with(lookups, now);
    }

    /** Those that have ended, in their order. */
    List<Attempt> ended() {
        return ended;
    }

    /** The record: the attempts that have ended, each with what was captured of it, and the one that goes on. */
    LegRecord.Search record(SessionIdentity clock, SessionCaptures captures) {
        List<Attempt> attempts = captures.into(ended);
        Trying now = trying;
        return new LegRecord.Search(lookups(), now == null ? attempts : with(attempts, now.record(clock)));
    }

    /** Whether an attempt failed before, or one goes on, or a look-up took long. */
    public boolean isTroubled() {
        return trying != null
                || longestLookupNanos >= LONG_LOOKUP_NANOS
                || (!ended.isEmpty() && ended.get(0).result() != ConnectResult.CONNECTED);
    }

    /** What the last attempt came to; {@link ConnectResult#FAILED} before the first has ended. */
    ConnectResult lastResult() {
        ConnectResult last =
                ended.isEmpty() ? null : ended.get(ended.size() - 1).result();
        return last == null ? ConnectResult.FAILED : last;
    }

    /** The upstream's address; null before it is reached. */
    public @Nullable InetSocketAddress peer() {
        return peer;
    }

    /** finspect's own end of that connection. */
    public @Nullable InetSocketAddress local() {
        return local;
    }

    /** When the attempt that goes on began; {@link LegTraffic#NEVER} when none does. */
    public long tryingSinceNanos() {
        return trying == null ? LegTraffic.NEVER : trying.begunAtNanos;
    }

    /** What is tried now; null when nothing is. */
    public @Nullable InetSocketAddress triedAddress() {
        return trying == null ? null : trying.address;
    }

    /** The address of the attempt that goes on, else of the last; null before the first, and where that had none. */
    public @Nullable InetSocketAddress lastTried() {
        return trying != null
                ? trying.address
                : ended.isEmpty() ? null : ended.get(ended.size() - 1).address();
    }

    private static <T> List<T> with(List<T> some, T more) {
        if (some.isEmpty()) {
            return List.of(more);
        }
        List<T> all = new ArrayList<>(some.size() + 1);
        all.addAll(some);
        all.add(more);
        return List.copyOf(all);
    }

    /** The attempt that goes on. */
    private static final class Trying {
        private final String target;
        private final InetSocketAddress address;
        private final long begunAtNanos;
        private long syns;
        private long lastSynAtNanos;

        Trying(String target, InetSocketAddress address, long begunAtNanos) {
            this.target = target;
            this.address = address;
            this.begunAtNanos = begunAtNanos;
            this.lastSynAtNanos = begunAtNanos;
        }

        /** The SYNs, and when a reading first counted the last. */
        Attempt.Answers answers(SessionIdentity clock) {
            return syns == 0
                    ? Attempt.Answers.NOT_OBSERVED
                    : Attempt.Answers.ofSyns(Fact.kernel(syns), Fact.kernel(clock.epochNanos(lastSynAtNanos)));
        }

        Attempt record(SessionIdentity clock) {
            return new Attempt(
                    target, address, null, Fact.socket(clock.epochNanos(begunAtNanos)), null, answers(clock), null);
        }
    }
}
