package dev.finspect.relay;

import dev.finspect.record.ProxyReason;
import java.net.InetAddress;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Enforces the {@link AdmissionLimits}: counts the living sessions of each client address, and those in which no byte was
 * sent yet. Exact across loops; counts nothing for a limit that is off, so that a limit set while sessions live is one for
 * those that follow. Any thread.
 *
 * <pre>
 *   enter(address), awaitWord() -&gt; spoken() -&gt; leave()
 * </pre>
 */
final class ClientGate {
    private static final long NO_LIMIT = Long.MAX_VALUE;

    private volatile long perClient;
    private volatile long mostUnspoken;
    private final ConcurrentMap<InetAddress, Long> sessionsOf = new ConcurrentHashMap<>();
    private final AtomicLong unspoken = new AtomicLong();

    ClientGate(AdmissionLimits limits) {
        perClient = most(limits.perClient());
        mostUnspoken = most(limits.unspoken());
    }

    private static long most(OptionalInt limit) {
        return limit.isPresent() ? limit.getAsInt() : NO_LIMIT;
    }

    /** From now on these are the limits; sessions above lower ones go on. */
    void limits(AdmissionLimits next) {
        perClient = most(next.perClient());
        mostUnspoken = most(next.unspoken());
    }

    /** A place that a session has not taken yet. */
    Place place() {
        return new Place();
    }

    /** Sessions in which no byte was sent yet; 0 while there is no limit for them. */
    long unspoken() {
        return unspoken.get();
    }

    /** Client addresses that have sessions; 0 while there is no limit for them. */
    int clients() {
        return sessionsOf.size();
    }

    /** What one session has taken. Confined to the session's loop. */
    final class Place {
        private @Nullable InetAddress client;
        private boolean silent;

        /** Counts the session among those of this client; the reason to refuse it if there are too many. */
        @Nullable
        ProxyReason enter(InetAddress address) {
            long most = perClient;
            if (most == NO_LIMIT) {
                return null;
            }
            sessionsOf.compute(address, (unused, living) -> {
                long before = living == null ? 0 : living;
                if (before >= most) {
                    return living;
                }
                client = address;
                return before + 1;
            });
            return client == null ? ProxyReason.CLIENT_LIMIT : null;
        }

        /** Counts the session among those that have not spoken; the reason to refuse it if there are too many. */
        @Nullable
        ProxyReason awaitWord() {
            long most = mostUnspoken;
            if (most == NO_LIMIT) {
                return null;
            }
            if (unspoken.incrementAndGet() > most) {
                unspoken.decrementAndGet();
                return ProxyReason.UNSPOKEN_LIMIT;
            }
            silent = true;
            return null;
        }

        /** A peer has sent a byte. */
        void spoken() {
            if (silent) {
                silent = false;
                unspoken.decrementAndGet();
            }
        }

        /** The session is over. */
        void leave() {
            spoken();
            InetAddress address = client;
            client = null;
            if (address != null) {
                sessionsOf.computeIfPresent(address, (unused, living) -> living == 1 ? null : living - 1);
            }
        }
    }
}
