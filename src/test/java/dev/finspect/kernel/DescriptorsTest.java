package dev.finspect.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.FileInputStream;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

final class DescriptorsTest {
    @Test
    @EnabledOnOs(OS.LINUX)
    void anOpenedFileCounts() throws Exception {
        long before = value(Descriptors.read()).open();
        try (InputStream one = new FileInputStream("/proc/self/limits");
                InputStream two = new FileInputStream("/proc/self/limits")) {
            Descriptors now = value(Descriptors.read());

            assertThat(now.open()).isEqualTo(before + 2);
            assertThat(now.softLimit()).isGreaterThan(now.open());
            assertThat(now.hardLimit()).isGreaterThanOrEqualTo(now.softLimit());
            assertThat(now.free()).isEqualTo(now.softLimit() - now.open());
            assertThat(one).isNotSameAs(two);
        }
    }

    @Test
    void limitsAreReadFromTheirLine(@TempDir Path self) throws Exception {
        Files.createDirectories(self.resolve("fd"));
        for (String name : new String[] {"0", "1", "2", "3"}) {
            Files.createFile(self.resolve("fd").resolve(name));
        }
        Files.writeString(self.resolve("limits"), """
                Limit                     Soft Limit           Hard Limit           Units
                Max processes             95000                95000                processes
                Max open files            1024                 unlimited            files
                """);

        assertThat(value(Descriptors.read(self))).isEqualTo(new Descriptors(3, 1024, Long.MAX_VALUE));
    }

    @Test
    void moreOpenThanTheLimitLeavesNoneFree() {
        assertThat(new Descriptors(30, 20, 20).free()).isZero();
    }

    @Test
    void systemWithoutProcSaysWhatIsMissing(@TempDir Path self) {
        assertThat(reason(Descriptors.read(self))).endsWith("limits is not there");
    }

    @Test
    void strangeLimitsAreNotGuessed(@TempDir Path self) throws Exception {
        Files.createDirectories(self.resolve("fd"));
        for (String line : new String[] {"Max open files", "Max open files many 5", "Max open files 5", "other"}) {
            Files.writeString(self.resolve("limits"), line + "\n");
            assertThat(reason(Descriptors.read(self))).as(line).contains("/limits");
        }
    }

    private static Descriptors value(Reading<Descriptors> reading) {
        assertThat(reading).isInstanceOf(Reading.Value.class);
        return ((Reading.Value<Descriptors>) reading).value();
    }

    private static String reason(Reading<Descriptors> reading) {
        assertThat(reading).isInstanceOf(Reading.Unavailable.class);
        return ((Reading.Unavailable<Descriptors>) reading).reason();
    }
}
