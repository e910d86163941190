package dev.finspect.metrics;

import dev.finspect.session.Exposition;
import io.prometheus.client.Collector;
import io.prometheus.client.Collector.MetricFamilySamples;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.exporter.common.TextFormat;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.Enumeration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Renders the metrics page, with families in the order of their names.
 *
 * <p>Differs from the output of the registry in two points. Exemplars appear only on {@code _bucket} and {@code _total}, because
 * Prometheus before 2.43 rejects a whole scrape that has one on a {@code _count}. The {@code _max} gauge that Micrometer adds to
 * every histogram is omitted, because its value decays and depends on the time of the scrape.
 */
final class PrometheusPage implements Exposition {
    private static final Set<String> OMITTED = Arrays.stream(Meters.values())
            .filter(m -> m.type() == MeterType.HISTOGRAM)
            .map(m -> m.exposedName() + "_max")
            .collect(Collectors.toUnmodifiableSet());

    private final CollectorRegistry collectors;

    PrometheusPage(CollectorRegistry collectors) {
        this.collectors = collectors;
    }

    @Override
    public Page render(String accept) {
        String format = AcceptHeader.prefersOpenMetrics(accept)
                ? TextFormat.CONTENT_TYPE_OPENMETRICS_100
                : TextFormat.CONTENT_TYPE_004;
        StringWriter page = new StringWriter(64 * 1024);
        try {
            TextFormat.writeFormat(format, page, families());
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory cannot fail", e);
        }
        return new Page(format, page.toString());
    }

    private Enumeration<MetricFamilySamples> families() {
        List<MetricFamilySamples> families = new ArrayList<>();
        for (MetricFamilySamples family : Collections.list(collectors.metricFamilySamples())) {
            if (!OMITTED.contains(family.name)) {
                families.add(withoutExemplarsOnCounts(family));
            }
        }
        families.sort(Comparator.comparing(f -> f.name));
        return Collections.enumeration(families);
    }

    private static MetricFamilySamples withoutExemplarsOnCounts(MetricFamilySamples family) {
        if (family.type != Collector.Type.HISTOGRAM) {
            return family;
        }
        List<MetricFamilySamples.Sample> samples = new ArrayList<>(family.samples.size());
        for (MetricFamilySamples.Sample sample : family.samples) {
            samples.add(
                    sample.exemplar == null || sample.name.endsWith("_bucket")
                            ? sample
                            : new MetricFamilySamples.Sample(
                                    sample.name, sample.labelNames, sample.labelValues, sample.value));
        }
        return new MetricFamilySamples(family.name, family.unit, family.type, family.help, samples);
    }
}
