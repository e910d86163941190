package dev.finspect.lab.dashboards;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.lab.LabFolder;
import dev.finspect.lab.NeedsPrograms;
import dev.finspect.lab.Program;
import dev.finspect.lab.Programs;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The dashboards are what Grafana's own type of a dashboard allows, as the compiler of TypeScript judges. */
@NeedsPrograms("node")
final class GrafanaTypesIT {
    private static final Path CHECK = Path.of("grafana", "check");
    private static final Path HANGS = Path.of("grafana", "dashboards", "hangs.json");

    /** The compiler and the type come from the npm registry, which is not everywhere to be had. */
    @BeforeAll
    static void compilerIsThere() {
        Assumptions.assumeTrue(
                Files.isDirectory(CHECK.resolve("node_modules")), "not installed: cd grafana/check && npm ci");
    }

    @Test
    void allAreOfGrafanasType() {
        Program.Ran ran = check(Path.of("grafana", "dashboards")).succeed();
        assertThat(ran.text()).contains("3 dashboards are as @grafana/schema wants them");
    }

    @Test
    void wrongFieldIsFound() throws Exception {
        try (LabFolder folder = new LabFolder()) {
            String right = Files.readString(HANGS);
            String wrong = right.replaceFirst("\"graphTooltip\"", "\"graphTooltips\"");
            assertThat(wrong).isNotEqualTo(right);
            folder.file("hangs.json", wrong);
            Program.Ran ran = check(folder.path(".")).run();
            assertThat(ran.exit()).isEqualTo(1);
            assertThat(ran.text()).contains("graphTooltips");
        }
    }

    private static Program check(Path dashboards) {
        return Program.of(
                Programs.path("node"),
                CHECK.resolve("check.mjs").toString(),
                dashboards.toAbsolutePath().toString());
    }
}
