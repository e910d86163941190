package dev.finspect.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.diagnose.LegSnapshot;
import dev.finspect.fixture.SampleSession;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.Source;
import dev.finspect.tcp.TcpState;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What the kernel knows of finspect's FIN where the capture missed its acknowledgement. */
final class FinAcknowledgedTest {
    private static final long SECOND = 1_000_000_000L;

    private final SessionIdentity clock = SampleSession.identity("01FIN", "db", 1);
    private final KernelReadings kernel = new KernelReadings();
    private final LegSnapshot sheet = new LegSnapshot(Leg.UPSTREAM);

    @Test
    void acknowledgementThatRodeOnBytesIsKnownByFinWait2() {
        captured(TcpState.FIN_WAIT_1);
        readFinWait2After(SECOND / 2);
        assertThat(fin().acknowledged()).isEqualTo(Fact.kernel(true));
        assertThat(fin().ackNanos()).isNull();
        assertThat(sheet.state).isEqualTo(Fact.kernel(TcpState.FIN_WAIT_2));
    }

    @Test
    void lateOneHasTheTimeOfTheReading() {
        captured(TcpState.FIN_WAIT_2);
        readFinWait2After(4 * SECOND);
        assertThat(fin().ackNanos()).isEqualTo(Fact.inferred(4 * SECOND));
        assertThat(sheet.state).isEqualTo(new Fact<>(TcpState.FIN_WAIT_2, Source.WIRE));
    }

    @Test
    void withoutSuchAReadingTheCaptureIsBelieved() {
        captured(TcpState.FIN_WAIT_1);
        Snapshots.finAcknowledged(kernel, clock, sheet);
        assertThat(Objects.requireNonNull(fin().acknowledged()).value()).isFalse();
    }

    private LegSnapshot.Mark fin() {
        return Objects.requireNonNull(sheet.localFin);
    }

    private void captured(TcpState state) {
        Fact<Long> at = Fact.socket(clock.startEpochNanos());
        sheet.localFin = new LegSnapshot.Mark(at, null, new Fact<>(false, Source.WIRE), null, null, null);
        sheet.state = new Fact<>(state, Source.WIRE);
    }

    private void readFinWait2After(long nanos) {
        kernel.state = TcpState.FIN_WAIT_2;
        kernel.finWait2AtNanos = clock.startNanos() + nanos;
        Snapshots.finAcknowledged(kernel, clock, sheet);
    }
}
