package dev.finspect.record;

import dev.finspect.tcp.Observation;
import dev.finspect.wire.tls.ClientHello;
import dev.finspect.wire.tls.FirstBytes;
import dev.finspect.wire.tls.ServerHello;
import dev.finspect.wire.tls.TlsAlert;
import org.jspecify.annotations.Nullable;

/**
 * What the peer of one leg sent of a TLS handshake in clear; only on a route that observes it. Times are wall-clock nanoseconds
 * since the Unix epoch, durations nanoseconds.
 *
 * @param speaks what its first bytes are; none while none have come
 * @param hello its hello: of a client the ClientHello, of an upstream the ServerHello
 * @param notUnderstood whether what came afterwards could not be understood, or was longer than is looked at
 * @param flightDoneAt upstream, up to TLS 1.2: when it had sent its first flight, certificates among it
 * @param encryptedAt when the first bytes came after which it sends everything encrypted
 * @param alert its last alert in clear
 * @param closeNotify whether it announced its end by a close_notify: up to TLS 1.2 by the type of its last record, in TLS 1.3 by
 *     the record's size; none while its end has not come, or where it never came to encrypted bytes
 */
public record LegTls(
        Observation<FirstBytes> speaks,
        Hello hello,
        Observation<Boolean> notUnderstood,
        Observation<Long> flightDoneAt,
        Observation<Long> encryptedAt,
        Alert alert,
        Observation<Boolean> closeNotify) {

    /**
     * A hello.
     *
     * @param at when it was read to its end; none before
     * @param bytes its size, headers of records included
     * @param reads in how many reads of the socket it came
     * @param expectedBytes of one that is not complete: its size by its headers, 0 where they are not complete; none of any other
     * @param offered what the ClientHello offers; null on the upstream leg, and before it came
     * @param chosen what the ServerHello chooses; null on the client leg, and before it came
     * @param answer upstream: from the ClientHello to the ServerHello
     * @param retriedAt client: when its second ClientHello came, after a HelloRetryRequest; upstream: when it asked for that
     */
    public record Hello(
            Observation<Long> at,
            Observation<Long> bytes,
            Observation<Long> reads,
            Observation<Long> expectedBytes,
            @Nullable ClientHello offered,
            @Nullable ServerHello chosen,
            Observation<Long> answer,
            Observation<Long> retriedAt) {}

    /**
     * Whether its first bytes are no TLS, and are not what some protocols send before it: a PROXY header, or PostgreSQL's request
     * for TLS.
     */
    public boolean isOther() {
        FirstBytes first = speaks.or(FirstBytes.TLS);
        return first != FirstBytes.TLS && first != FirstBytes.PROXY_HEADER && first != FirstBytes.POSTGRESQL;
    }

    /** The same with another offer. */
    public LegTls with(ClientHello offered) {
        Hello other = new Hello(
                hello.at,
                hello.bytes,
                hello.reads,
                hello.expectedBytes,
                offered,
                hello.chosen,
                hello.answer,
                hello.retriedAt);
        return new LegTls(speaks, other, notUnderstood, flightDoneAt, encryptedAt, alert, closeNotify);
    }

    /**
     * An alert.
     *
     * @param what none while none has come
     * @param at when it came
     */
    public record Alert(Observation<TlsAlert> what, Observation<Long> at) {}
}
