package dev.finspect.lab.container;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.lab.LabFolder;
import dev.finspect.lab.NeedsPrograms;
import dev.finspect.lab.Program;
import dev.finspect.lab.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The systemd unit, as systemd's own tool judges it; no service manager is needed for that. */
@NeedsPrograms("systemd-analyze")
final class SystemdUnitIT {
    private static final Path UNIT = Path.of("config", "systemd", "finspect.service");
    /** In tenths, of 10.0 for a service without any hardening. */
    private static final int EXPOSURE = 20;

    @Test
    void systemdUnderstandsEveryLine() throws IOException {
        try (LabFolder folder = new LabFolder()) {
            Program.Ran ran = verify(folder, Files.readString(UNIT));
            assertThat(ran.errors()).doesNotContain("finspect.service");
            assertThat(ran.exit()).as(ran.errors()).isZero();
        }
    }

    @Test
    void aLineThatSystemdDoesNotUnderstandWouldBeSeen() throws IOException {
        try (LabFolder folder = new LabFolder()) {
            String unit = Files.readString(UNIT).replace("ProtectClock=yes", "ProtectClocks=yes");
            assertThat(verify(folder, unit).errors()).contains("ProtectClocks");
        }
    }

    @Test
    void itLeavesLittleExposed() {
        Program.Ran ran = Program.of(
                        Programs.path("systemd-analyze"),
                        "security",
                        "--offline=true",
                        "--threshold=" + EXPOSURE,
                        "--no-pager",
                        UNIT.toString())
                .run();
        assertThat(ran.text()).contains("Overall exposure level for finspect.service: ");
        assertThat(ran.exit()).as(ran.text() + ran.errors()).isZero();
    }

    /** With the launcher of this checkout in place of the installed one, which is not on this machine. */
    private static Program.Ran verify(LabFolder folder, String unit) throws IOException {
        String launcher = Path.of("finspect").toAbsolutePath().toString();
        assertThat(unit).contains("ExecStart=/usr/bin/finspect run ");
        Path file = folder.file("finspect.service", unit.replace("/usr/bin/finspect run", launcher + " run"));
        return Program.of(Programs.path("systemd-analyze"), "verify", "--man=no", file.toString())
                .run();
    }
}
