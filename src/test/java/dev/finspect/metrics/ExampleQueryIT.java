package dev.finspect.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.lab.NeedsPrograms;
import dev.finspect.lab.Program;
import dev.finspect.lab.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Prometheus' own tool can read every query that the metrics page gives as an example. */
@NeedsPrograms("promtool")
final class ExampleQueryIT {
    @Test
    void promtoolReadsEveryExample(@TempDir Path folder) throws IOException {
        StringBuilder rules = new StringBuilder("groups:\n- name: examples\n  rules:\n");
        for (Meters meter : Meters.values()) {
            rules.append("  - record: example:").append(meter.exposedName()).append('\n');
            rules.append("    expr: '").append(ExampleQuery.of(meter)).append("'\n");
        }
        Path file = Files.writeString(folder.resolve("examples.yml"), rules);
        Program.Ran checked = Program.of(Programs.path("promtool"), "check", "rules", file.toString())
                .succeed();
        assertThat(checked.text()).contains("SUCCESS: " + Meters.values().length + " rules found");
    }
}
