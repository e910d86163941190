package dev.finspect.session.live;

import dev.finspect.record.LegTls;
import dev.finspect.session.SessionIdentity;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Observation;
import dev.finspect.tcp.Source;
import dev.finspect.wire.tls.ClientHello;
import dev.finspect.wire.tls.FirstBytes;
import dev.finspect.wire.tls.LastRecord;
import dev.finspect.wire.tls.ServerHello;
import dev.finspect.wire.tls.TlsAlert;
import dev.finspect.wire.tls.TlsStep;
import dev.finspect.wire.tls.TlsVersion;
import org.jspecify.annotations.Nullable;

/** Folds what the peer of one leg showed of a TLS handshake. Confined to the session's event loop. */
final class TlsSteps {
    private static final long NEVER = LegTraffic.NEVER;

    private @Nullable FirstBytes speaks;
    private long expectedBytes = -1;
    private long helloAtNanos = NEVER;
    private long helloBytes;
    private int helloReads;
    private long retriedAtNanos = NEVER;
    private @Nullable ClientHello offered;
    private @Nullable ServerHello chosen;
    private boolean notUnderstood;
    private long flightDoneAtNanos = NEVER;
    private long encryptedAtNanos = NEVER;
    private @Nullable TlsAlert alert;
    private long alertAtNanos = NEVER;
    private @Nullable LastRecord last;

    /** Takes the next step. */
    void stepped(TlsStep step, long atNanos) {
        if (step instanceof TlsStep.FirstBytesSeen s) {
            speaks = s.what();
        } else if (step instanceof TlsStep.HelloBegun s) {
            expectedBytes = s.expectedBytes();
        } else if (step instanceof TlsStep.ClientHelloSeen s) {
            clientHello(s, atNanos);
        } else if (step instanceof TlsStep.ServerHelloSeen s) {
            serverHello(s, atNanos);
        } else if (step instanceof TlsStep.FlightDone) {
            flightDoneAtNanos = atNanos;
        } else if (step instanceof TlsStep.EncryptionBegun) {
            encryptedAtNanos = atNanos;
        } else if (step instanceof TlsStep.AlertSeen s) {
            alert = s.alert();
            alertAtNanos = atNanos;
        } else if (step instanceof TlsStep.NotUnderstood) {
            notUnderstood = true;
        } else if (step instanceof TlsStep.LastBytesSeen s) {
            last = s.last();
        } else if (!(step instanceof TlsStep.ObservationBegun)) {
            throw new AssertionError("a step that is not folded: " + step);
        }
    }

    /** Its first one counts; one after a HelloRetryRequest says only that it came. */
    private void clientHello(TlsStep.ClientHelloSeen s, long atNanos) {
        expectedBytes = -1;
        if (offered == null) {
            offered = s.hello();
            helloAtNanos = atNanos;
            helloBytes = s.bytes();
            helloReads = s.reads();
        } else {
            retriedAtNanos = atNanos;
        }
    }

    /** A HelloRetryRequest is none that counts. */
    private void serverHello(TlsStep.ServerHelloSeen s, long atNanos) {
        expectedBytes = -1;
        if (s.hello().retry()) {
            retriedAtNanos = atNanos;
        } else if (chosen == null) {
            chosen = s.hello();
            helloAtNanos = atNanos;
            helloBytes = s.bytes();
            helloReads = s.reads();
        }
    }

    /** The record, beside that of the {@code other} leg. */
    LegTls record(SessionIdentity clock, TlsSteps other) {
        return new LegTls(
                value(speaks),
                hello(clock, other),
                notUnderstood ? Fact.socket(true) : Observation.none(Source.SOCKET),
                time(clock, flightDoneAtNanos),
                time(clock, encryptedAtNanos),
                new LegTls.Alert(value(alert), time(clock, alertAtNanos)),
                closeNotify(other));
    }

    private LegTls.Hello hello(SessionIdentity clock, TlsSteps other) {
        boolean come = helloAtNanos != NEVER;
        boolean answers = chosen != null && other.helloAtNanos != NEVER && helloAtNanos >= other.helloAtNanos;
        return new LegTls.Hello(
                time(clock, helloAtNanos),
                come ? Fact.socket(helloBytes) : Observation.none(Source.SOCKET),
                come ? Fact.socket((long) helloReads) : Observation.none(Source.SOCKET),
                expectedBytes < 0 ? Observation.none(Source.SOCKET) : Fact.socket(expectedBytes),
                offered,
                chosen,
                answers ? Fact.socket(helloAtNanos - other.helloAtNanos) : Observation.none(Source.SOCKET),
                time(clock, retriedAtNanos));
    }

    private Observation<Boolean> closeNotify(TlsSteps other) {
        TlsAlert inClear = alert;
        if (last == null) {
            return Observation.none(Source.SOCKET);
        }
        if (encryptedAtNanos == NEVER) {
            boolean announced = inClear != null && inClear.code() == TlsAlert.CLOSE_NOTIFY;
            return announced ? Fact.socket(true) : Observation.none(Source.SOCKET);
        }
        ServerHello hello = chosen == null ? other.chosen : chosen;
        boolean sealed = hello != null && hello.version() == TlsVersion.TLS_1_3;
        return switch (last) {
            case ALERT -> Fact.socket(true);
            case SIZE_OF_ALERT -> sealed ? Fact.inferred(true) : Fact.socket(false);
            case OTHER -> sealed ? Fact.inferred(false) : Fact.socket(false);
            case UNKNOWN -> Observation.notObserved();
        };
    }

    private static <T> Observation<T> value(@Nullable T value) {
        return value == null ? Observation.none(Source.SOCKET) : Fact.socket(value);
    }

    private static Observation<Long> time(SessionIdentity clock, long atNanos) {
        return atNanos == NEVER ? Observation.none(Source.SOCKET) : Fact.socket(clock.epochNanos(atNanos));
    }
}
