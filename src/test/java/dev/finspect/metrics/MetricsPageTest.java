package dev.finspect.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Holds the metrics page to the enum of meters. {@code mvn test -Dtest=MetricsPageTest -Dfinspect.rewrite=true} writes it anew. */
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

                This page is made from the enum `Meters` by `MetricsPageTest`; change the enum, not the page.

                The admin server shows these meters at `/metrics`: in OpenMetrics where the scraper asks for it, in Prometheus' text format 0.0.4 otherwise and always at `/metrics?format=text`. OpenMetrics brings exemplars: `session_id` on a counter or a bucket names a session that was counted there, to be looked up at `/api/v1/sessions/ID`. No address, port or id is ever a label, so the number of series depends on the configuration alone.

                Counters begin at 0 when finspect starts. A meter of closed sessions moves when a session is over; bytes, living and half-closed sessions, handshakes, connects and first bytes move while it lives.

                """);
        for (Meters meter : Meters.values()) {
            page.append("## ").append(meter.exposedName()).append("\n\n");
            page.append(meter.help()).append("\n\n");
            page.append("- Kind: ").append(meter.kind().label());
            if (!meter.baseUnit().isEmpty()) {
                page.append(", in ").append(meter.baseUnit());
            }
            page.append('\n');
            for (LabelKey label : meter.labels()) {
                page.append("- Label `")
                        .append(label.key())
                        .append("`: ")
                        .append(label.words())
                        .append('\n');
            }
            if (meter.kind() == Kind.HISTOGRAM) {
                page.append("- Buckets: ").append(meter.buckets().seconds()).append('\n');
            }
            page.append("- To begin with: `").append(ExampleQuery.of(meter)).append("`\n");
            page.append('\n');
        }
        return page.append("""
                        ## The runtime and the process

                        Under Micrometer's own names: `jvm_memory_*`, `jvm_buffer_*`, `jvm_gc_*`, `jvm_threads_*`, `jvm_classes_*`, `process_cpu_*`, `process_files_*`, `process_uptime_seconds`, `process_start_time_seconds`, `system_cpu_*` and `system_load_average_1m`.
                        """).toString();
    }
}
