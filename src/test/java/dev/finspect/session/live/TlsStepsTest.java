package dev.finspect.session.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.fixture.SessionPlay;
import dev.finspect.record.LegTls;
import dev.finspect.tcp.Observation;
import dev.finspect.wire.tls.ClientHello;
import dev.finspect.wire.tls.FirstBytes;
import dev.finspect.wire.tls.LastRecord;
import dev.finspect.wire.tls.ServerHello;
import dev.finspect.wire.tls.TlsAlert;
import dev.finspect.wire.tls.TlsStep;
import dev.finspect.wire.tls.TlsVersion;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the steps of a handshake add up to. */
final class TlsStepsTest {
    private static final ClientHello OFFER = new ClientHello("db.example", List.of("h2"), List.of(TlsVersion.TLS_1_3));
    private static final long MILLI = 1_000_000;

    private final TlsSteps client = new TlsSteps();
    private final TlsSteps upstream = new TlsSteps();
    private final SessionPlay clock = new SessionPlay();

    @Test
    void answerIsTimedFromTheFirstClientHelloToTheServerHelloThatCounts() {
        stepped(client, new TlsStep.ObservationBegun(), 0);
        stepped(client, new TlsStep.FirstBytesSeen(FirstBytes.TLS), 1);
        stepped(client, new TlsStep.HelloBegun(517), 1);
        assertThat(record(client, upstream).hello().expectedBytes().orNull()).isEqualTo(517);
        stepped(client, new TlsStep.ClientHelloSeen(OFFER, 517, 2), 2);
        stepped(upstream, new TlsStep.ServerHelloSeen(new ServerHello(TlsVersion.TLS_1_3, null, true), 99, 1), 5);
        stepped(client, new TlsStep.ClientHelloSeen(OFFER, 600, 1), 7);
        assertThat(record(upstream, client).hello().answer().isNone()).isTrue();
        stepped(upstream, new TlsStep.ServerHelloSeen(new ServerHello(TlsVersion.TLS_1_3, null, false), 122, 1), 12);
        stepped(upstream, new TlsStep.ServerHelloSeen(new ServerHello(TlsVersion.TLS_1_2, "h2", false), 9, 1), 20);
        LegTls.Hello asked = record(client, upstream).hello();
        assertThat(asked.expectedBytes().isNone()).isTrue();
        assertThat(asked.bytes().orNull()).isEqualTo(517);
        assertThat(asked.reads().orNull()).isEqualTo(2);
        assertThat(asked.retriedAt().orNull()).isEqualTo(at(7));
        assertThat(asked.answer().isNone()).isTrue();
        LegTls.Hello answer = record(upstream, client).hello();
        assertThat(answer.answer().orNull()).isEqualTo(10 * MILLI);
        assertThat(answer.bytes().orNull()).isEqualTo(122);
        assertThat(answer.retriedAt().orNull()).isEqualTo(at(5));
    }

    /** Of a client whose hello was not understood nothing can be timed. */
    @Test
    void serverHelloWithoutAClientHelloOrBeforeItAnswersNone() {
        ServerHello hello = new ServerHello(TlsVersion.TLS_1_2, "h2", false);
        stepped(upstream, new TlsStep.ServerHelloSeen(hello, 80, 1), 5);
        stepped(client, new TlsStep.NotUnderstood(), 6);
        assertThat(record(client, upstream).notUnderstood().or(false)).isTrue();
        assertThat(record(upstream, client).hello().answer().isNone()).isTrue();
        stepped(client, new TlsStep.ClientHelloSeen(OFFER, 517, 1), 9);
        assertThat(record(upstream, client).hello().answer().isNone()).isTrue();
    }

    @Test
    void endOfTheFlightTheBeginOfEncryptionAndAnAlertHaveTheirTimes() {
        stepped(upstream, new TlsStep.FlightDone(), 3);
        stepped(upstream, new TlsStep.EncryptionBegun(), 4);
        stepped(upstream, new TlsStep.AlertSeen(new TlsAlert(true, 40)), 5);
        LegTls seen = record(upstream, client);
        assertThat(seen.flightDoneAt().orNull()).isEqualTo(at(3));
        assertThat(seen.encryptedAt().orNull()).isEqualTo(at(4));
        assertThat(seen.alert().at().orNull()).isEqualTo(at(5));
        assertThat(seen.closeNotify().isNone()).as("the peer may send more").isTrue();
    }

    @ParameterizedTest
    @CsvSource({"-1, none", "40, none", "0, true"})
    void endInClearIsAnnouncedByItsAlertAlone(int code, String announced) {
        if (code >= 0) {
            stepped(client, new TlsStep.AlertSeen(new TlsAlert(false, code)), 1);
        }
        stepped(client, new TlsStep.LastBytesSeen(LastRecord.OTHER), 2);
        assertThat(word(record(client, upstream).closeNotify())).isEqualTo(announced);
    }

    @ParameterizedTest
    @CsvSource({
        "ALERT, TLS_1_2, true",
        "ALERT, TLS_1_3, true",
        "ALERT, , true",
        "SIZE_OF_ALERT, TLS_1_2, false",
        "SIZE_OF_ALERT, TLS_1_3, true",
        "SIZE_OF_ALERT, , false",
        "OTHER, TLS_1_2, false",
        "OTHER, TLS_1_3, false",
        "UNKNOWN, TLS_1_3, unknown"
    })
    void encryptedEndIsAnnouncedByTheTypeOrTheSizeOfItsLastRecord(
            LastRecord last, @Nullable TlsVersion version, String announced) {
        for (TlsSteps chooser : List.of(client, upstream)) {
            TlsSteps ending = new TlsSteps();
            if (version != null) {
                ServerHello hello = new ServerHello(version, null, false);
                stepped(chooser == client ? ending : chooser, new TlsStep.ServerHelloSeen(hello, 99, 1), 1);
            }
            stepped(ending, new TlsStep.EncryptionBegun(), 2);
            stepped(ending, new TlsStep.LastBytesSeen(last), 3);
            assertThat(word(record(ending, upstream).closeNotify())).isEqualTo(announced);
        }
    }

    private void stepped(TlsSteps steps, TlsStep step, long millis) {
        steps.stepped(step, SessionPlay.START_NANOS + millis * MILLI);
    }

    private LegTls record(TlsSteps of, TlsSteps beside) {
        return of.record(clock.watched.identity(), beside);
    }

    private static long at(long millis) {
        return SessionPlay.START_EPOCH_NANOS + millis * MILLI;
    }

    private static String word(Observation<Boolean> observed) {
        return observed.isKnown() ? observed.orNull() + "" : observed.isNone() ? "none" : "unknown";
    }
}
