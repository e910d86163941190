package dev.finspect.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Checks the metrics page against the enum of meters. {@code mvn test -Dtest=MetricsPageTest -Dfinspect.rewrite=true} regenerates it. */
public final class MetricsPageTest {
    private static final Path PAGE = Path.of("src/site/markdown/metrics.md");

    @Test
    void pageSaysWhatTheEnumDeclares() throws IOException {
        String page = page();
        if (Boolean.getBoolean("finspect.rewrite")) {
            Files.writeString(PAGE, page);
        }
        assertThat(Files.readString(PAGE))
                .as("out of date: run mvn test -Dtest=MetricsPageTest -Dfinspect.rewrite=true")
                .isEqualTo(page);
    }

    /** What the page should say. */
    public static String page() {
        StringBuilder page = new StringBuilder("""
                # Metrics

                `MetricsPageTest` generates this page from the enum `Meters`; change the enum, not the page.

                The admin server exposes these meters at `/metrics`: in the OpenMetrics format if the scraper accepts it, otherwise, and always at `/metrics?format=text`, in the Prometheus text format 0.0.4. OpenMetrics includes exemplars: `session_id` on a counter or a bucket names a session that was counted there; look it up at `/api/v1/sessions/ID`. Addresses, ports and ids are never labels, so the number of series depends only on the configuration. A page has 66 kB with one route, of 618 series, and 54 kB more for each further one; 195 series and 22 kB of these are the verdicts of findings, which are there at 0 from the start so that `increase()` sees the first finding.

                Counters start at 0 when finspect starts. Meters of closed sessions are updated when a session ends; bytes, living and half-closed sessions, handshakes, connects and first bytes are updated while it lives.

                """);
        for (Meters meter : Meters.values()) {
            page.append("## ").append(meter.exposedName()).append("\n\n");
            page.append(meter.help()).append("\n\n");
            page.append("- Type: ").append(meter.type().label());
            if (!meter.baseUnit().isEmpty()) {
                page.append(", in ").append(meter.baseUnit());
            }
            page.append('\n');
            for (LabelKey label : meter.labels()) {
                page.append("- Label `")
                        .append(label.key())
                        .append("`: ")
                        .append(label.possibleValues())
                        .append('\n');
            }
            if (meter.type() == MeterType.HISTOGRAM) {
                page.append("- Buckets: ").append(meter.buckets().seconds()).append('\n');
            }
            page.append("- Example query: `").append(ExampleQuery.of(meter)).append("`\n");
            page.append('\n');
        }
        return page.append("""
                        ## The runtime

                        With the names that Micrometer defines: `jvm_memory_*`, `jvm_buffer_*`, `jvm_gc_*`, `jvm_threads_*`, `jvm_classes_*`, `process_cpu_usage`, `system_cpu_usage` and `system_load_average_1m`.
                        """).toString();
    }
}
