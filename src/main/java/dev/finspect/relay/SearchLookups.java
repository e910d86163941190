package dev.finspect.relay;

import dev.finspect.record.Lookup;
import dev.finspect.record.Lookup.Purpose;
import dev.finspect.record.NameSource;
import dev.finspect.relay.names.Resolved;
import dev.finspect.relay.names.UpstreamResolver;
import dev.finspect.session.SessionEvent;
import dev.finspect.session.SessionEvent.LookedUp;
import dev.finspect.session.SessionEvent.NameAsked;
import dev.finspect.session.SessionEvent.NameServerAsked;
import io.netty.channel.EventLoop;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The look-ups of one search, of which at most one goes on: asks, and records what comes of it. Confined to the session's loop.
 *
 * <p>A name is asked for a second time, for the same target, when one of its addresses fails or does not answer: it may have
 * been taken out of the name since the answer came.
 */
final class SearchLookups {
    /** An answer that is not older was asked for just now. */
    private static final Duration FRESH = Duration.ofSeconds(1);

    /** Takes what comes of a look-up that was not given up. */
    interface Asker {
        /** The name's addresses. */
        void resolved(List<InetAddress> addresses);

        /** There is none. */
        void unresolved(String error);

        /** The second look-up has ended, with these addresses or without any. */
        void rechecked(List<InetAddress> addresses);
    }

    private final UpstreamResolver resolver;
    private final EventLoop loop;
    private final Consumer<SessionEvent> recorder;
    private final Asker asker;
    private @Nullable Asking asking;
    private @Nullable Resolved known;
    private boolean rechecked;

    SearchLookups(UpstreamResolver resolver, EventLoop loop, Consumer<SessionEvent> recorder, Asker asker) {
        this.resolver = resolver;
        this.loop = loop;
        this.recorder = recorder;
        this.asker = asker;
    }

    /** Asks for the addresses of another target; no look-up goes on. */
    void ask(String host, long nowNanos) {
        forget();
        ask(host, Purpose.CONNECT, UpstreamResolver.ANY_AGE, nowNanos);
    }

    /** Another target has no name. */
    void forget() {
        known = null;
        rechecked = false;
    }

    /** Asks again, once for each target, where another answer than the first is possible. */
    void recheck(String host, long nowNanos) {
        Resolved answer = known;
        if (asking == null && !rechecked && answer != null && answer.source() != NameSource.HOSTS_FILE) {
            rechecked = true;
            ask(host, Purpose.RECHECK, FRESH, nowNanos);
        }
    }

    /** Whether the answer may be one that was kept, so that the name may have others by now. */
    boolean isOld(long nowNanos) {
        Resolved answer = known;
        return answer != null
                && (answer.time() == null || nowNanos - answer.time().answeredAtNanos() > FRESH.toNanos());
    }

    /** Whether one with this purpose goes on. */
    boolean asks(Purpose purpose) {
        return asking != null && asking.purpose == purpose;
    }

    /** Records which name server is asked, if that is known and has changed. */
    void sample(long nowNanos) {
        Asking now = asking;
        InetSocketAddress server = now == null || now.underWay == null ? null : now.underWay.server();
        if (now != null && server != null && !server.equals(now.server)) {
            now.server = server;
            recorder.accept(new NameServerAsked(nowNanos, server));
        }
    }

    /** Takes no answer any more of a look-up that goes on. */
    void giveUp(Lookup.Result result, String error, long nowNanos) {
        Asking given = asking;
        if (given != null) {
            given.ended(result, null, error, nowNanos);
        }
    }

    private void ask(String host, Purpose purpose, Duration oldest, long nowNanos) {
        Asking begun = new Asking(host, purpose, nowNanos);
        asking = begun;
        recorder.accept(new NameAsked(nowNanos, host, purpose));
        begun.underWay = resolver.resolve(host, oldest, loop, begun);
    }

    /** One that goes on. */
    private final class Asking implements UpstreamResolver.Callback {
        private final String host;
        private final Purpose purpose;
        private final long askedAtNanos;
        private UpstreamResolver.@Nullable UnderWay underWay;
        private @Nullable InetSocketAddress server;

        Asking(String host, Purpose purpose, long askedAtNanos) {
            this.host = host;
            this.purpose = purpose;
            this.askedAtNanos = askedAtNanos;
        }

        @Override
        public void resolved(Resolved found) {
            if (asking != this) {
                return;
            }
            known = found;
            ended(Lookup.Result.ANSWERED, found, null, System.nanoTime());
            if (purpose == Purpose.CONNECT) {
                asker.resolved(found.addresses());
            } else {
                asker.rechecked(found.addresses());
            }
        }

        @Override
        public void unresolved(Lookup.Result result, String error) {
            if (asking != this) {
                return;
            }
            ended(result, null, error, System.nanoTime());
            if (purpose == Purpose.CONNECT) {
                asker.unresolved(error);
            } else {
                asker.rechecked(List.of());
            }
        }

        void ended(Lookup.Result result, @Nullable Resolved found, @Nullable String error, long nowNanos) {
            asking = null;
            InetSocketAddress last = underWay == null ? server : underWay.server();
            recorder.accept(new LookedUp(
                    nowNanos,
                    host,
                    purpose,
                    found == null ? last : found.server(),
                    new Lookup.End(
                            nowNanos - askedAtNanos, result, found == null ? null : found.answer(nowNanos), error)));
        }
    }
}
