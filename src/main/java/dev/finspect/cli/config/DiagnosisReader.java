package dev.finspect.cli.config;

import dev.finspect.diagnose.Thresholds;
import dev.finspect.session.watch.DiagnosisSettings;
import java.time.Duration;

/** Reads a {@code diagnosis} section, of all routes or of one: the times after which a session counts as hung. */
final class DiagnosisReader {
    private static final Duration LEAST = Duration.ofMillis(10);
    private static final Duration MOST = Duration.ofDays(1);

    private DiagnosisReader() {}

    /** The section in {@code parent}; {@code standard} supplies the defaults. */
    static DiagnosisSettings read(Section parent, DiagnosisSettings standard) {
        Section section = parent.sectionOrOff("diagnosis");
        Syntax<Duration> time = Scalars.duration(LEAST, MOST);
        Thresholds base = standard.thresholds();
        boolean enabled = section.value("enabled", Scalars.BOOLEAN, standard.enabled());
        Thresholds thresholds = new Thresholds(
                section.value("connect", time, base.connect()),
                section.value("accept", time, base.accept()),
                section.value("silence", time, base.silence()),
                section.value("unread", time, base.unread()),
                section.value("nobody_speaks", time, base.nobodySpeaks()),
                section.value("zero_window", time, base.zeroWindow()),
                section.value("unacknowledged", time, base.unacknowledged()),
                section.value("vanished", time, base.vanished()),
                section.value("not_closing", time, base.notClosing()),
                section.value("fin_unacknowledged", time, base.finUnacknowledged()),
                section.value("tls_handshake", time, base.tlsHandshake()),
                section.value("idle_before_reset", time, base.idleBeforeReset()));
        section.end();
        return new DiagnosisSettings(enabled && !parent.off("diagnosis"), thresholds);
    }
}
