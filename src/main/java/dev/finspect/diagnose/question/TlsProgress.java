package dev.finspect.diagnose.question;

import dev.finspect.diagnose.Snapshot;
import dev.finspect.record.LegRecord;
import dev.finspect.record.LegTls;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.Observation;
import dev.finspect.wire.tls.FirstBytes;
import dev.finspect.wire.tls.ServerHello;
import dev.finspect.wire.tls.TlsAlert;
import dev.finspect.wire.tls.TlsVersion;
import org.jspecify.annotations.Nullable;

/**
 * Which step of a TLS handshake is awaited, by what passed in clear. Pure.
 *
 * <pre>
 *   client                          upstream
 *   ClientHello            -------&gt;
 *                          &lt;-------  [HelloRetryRequest]
 *   [second ClientHello]   -------&gt;
 *                          &lt;-------  ServerHello, rest of the flight (TLS 1.3: encrypted)
 *   finish                 -------&gt;  (TLS 1.3: over, for all that can be seen)
 *                          &lt;-------  finish (up to TLS 1.2)
 * </pre>
 *
 * @param step what is awaited
 * @param sinceEpochNanos since when: wall clock, nanoseconds since the Unix epoch
 * @param complete whether all that the other side sends before it is known to have come
 */
public record TlsProgress(Step step, long sinceEpochNanos, boolean complete) {
    private static final long NEVER = Long.MIN_VALUE;

    /** A step, and whose turn it is. */
    public enum Step {
        /** The rest of a ClientHello that has begun. */
        CLIENT_HELLO_REST(Leg.CLIENT, "the rest of the ClientHello"),
        /** The answer to the ClientHello. */
        SERVER_HELLO(Leg.UPSTREAM, "a ServerHello"),
        /** A ClientHello in answer to a HelloRetryRequest. */
        SECOND_CLIENT_HELLO(Leg.CLIENT, "a second ClientHello, which the upstream asked for"),
        /** What follows the beginning of the ServerHello. */
        SERVER_FLIGHT(Leg.UPSTREAM, "the rest of the upstream's first flight"),
        /** The client's keys and its Finished. */
        CLIENT_FINISH(Leg.CLIENT, "the client's answer to the ServerHello"),
        /** The upstream's Finished, up to TLS 1.2. */
        SERVER_FINISH(Leg.UPSTREAM, "the upstream's Finished");

        private final Leg debtor;
        private final String words;

        Step(Leg debtor, String words) {
            this.debtor = debtor;
            this.words = words;
        }

        /** The leg whose peer sends it. */
        public Leg debtor() {
            return debtor;
        }

        /** The words for a sentence. */
        public String words() {
            return words;
        }
    }

    /**
     * What is awaited; null where the handshake has not begun, is over, has failed by an alert, is none, could not be
     * understood, or is not observed.
     */
    public static @Nullable TlsProgress of(Snapshot snapshot) {
        LegTls client = snapshot.client().tls();
        LegTls upstream = snapshot.upstream().tls();
        if (client == null || upstream == null || !isFollowed(client) || !isFollowed(upstream)) {
            return null;
        }
        if (!client.hello().at().isKnown()) {
            return client.hello().expectedBytes().isKnown()
                    ? new TlsProgress(Step.CLIENT_HELLO_REST, receivedAt(snapshot.client()), true)
                    : null;
        }
        ServerHello chosen = upstream.hello().chosen();
        return chosen == null
                ? beforeServerHello(snapshot, client, upstream)
                : afterServerHello(snapshot, client, upstream, chosen);
    }

    private static boolean isFollowed(LegTls peer) {
        TlsAlert alert = peer.alert().what().orNull();
        return peer.speaks().or(FirstBytes.TLS) == FirstBytes.TLS
                && !peer.notUnderstood().or(false)
                && (alert == null || !alert.fatal());
    }

    private static @Nullable TlsProgress beforeServerHello(Snapshot snapshot, LegTls client, LegTls upstream) {
        boolean retried = upstream.hello().retriedAt().isKnown();
        boolean begun = upstream.hello().expectedBytes().isKnown();
        if (upstream.encryptedAt().isKnown()) {
            return null;
        }
        if (begun) {
            return new TlsProgress(Step.SERVER_FLIGHT, receivedAt(snapshot.upstream()), true);
        }
        if (!retried) {
            return serverHello(snapshot, client.hello().at());
        }
        if (client.hello().retriedAt().isKnown()) {
            return serverHello(snapshot, client.hello().retriedAt());
        }
        // Who sent early data has gone on encrypted, and cannot be followed.
        return client.encryptedAt().isKnown()
                ? null
                : new TlsProgress(Step.SECOND_CLIENT_HELLO, receivedAt(snapshot.upstream()), true);
    }

    private static TlsProgress serverHello(Snapshot snapshot, Observation<Long> askedAt) {
        return new TlsProgress(Step.SERVER_HELLO, Math.max(askedAt.or(NEVER), receivedAt(snapshot.upstream())), true);
    }

    private static @Nullable TlsProgress afterServerHello(
            Snapshot snapshot, LegTls client, LegTls upstream, ServerHello chosen) {
        boolean clientDone = client.encryptedAt().isKnown();
        boolean upstreamDone = upstream.encryptedAt().isKnown();
        boolean sealed = chosen.version() == null || chosen.version() == TlsVersion.TLS_1_3;
        boolean flightDone = upstream.flightDoneAt().isKnown();
        if (clientDone && (upstreamDone || sealed)) {
            return null;
        }
        long since = Math.max(receivedAt(snapshot.client()), receivedAt(snapshot.upstream()));
        if (clientDone) {
            return new TlsProgress(Step.SERVER_FINISH, since, false);
        }
        return upstreamDone || flightDone
                ? new TlsProgress(Step.CLIENT_FINISH, since, flightDone)
                : new TlsProgress(Step.SERVER_FLIGHT, since, true);
    }

    private static long receivedAt(LegRecord leg) {
        return leg.lastReceivedAt().or(NEVER);
    }
}
