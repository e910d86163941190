package dev.finspect.metrics;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.prometheus.PrometheusConfig;
import io.micrometer.prometheus.PrometheusMeterRegistry;
import io.prometheus.client.CollectorRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** Registers the meters that {@link Meters} declares. Any thread. */
final class Registry implements AutoCloseable {
    private final CollectorRegistry collectors = new CollectorRegistry(true);
    private final MeterRegistry page;
    private MeterRegistry meters;
    private @Nullable OtlpExport otlp;
    /** Strong references: Micrometer keeps the source of a function counter only by a weak reference. */
    private final Queue<LongSupplier> sources = new ConcurrentLinkedQueue<>();

    private final Queue<DoubleSupplier> doubles = new ConcurrentLinkedQueue<>();

    /**
     * An empty registry.
     *
     * @param strict whether a meter that cannot be registered throws; otherwise it is silently dropped
     */
    @SuppressWarnings("deprecation") // The simpleclient registry is deprecated as a whole in favour of client_java 1.x.
    Registry(SessionExemplars exemplars, boolean strict) {
        PrometheusMeterRegistry registry =
                new PrometheusMeterRegistry(PrometheusConfig.DEFAULT, collectors, exemplars, exemplars);
        // Names that Prometheus's own check objects to: the page has process_cpu_seconds_total, and a count is no
        // gauge.
        registry.config()
                .meterFilter(MeterFilter.denyNameStartsWith("process.cpu.time"))
                .meterFilter(MeterFilter.denyNameStartsWith("system.cpu.count"));
        page = strict ? registry.throwExceptionOnRegistrationFailure() : registry;
        meters = page;
    }

    /** Also sends all meters registered from now on by OTLP. Call once, before the first meter is registered. */
    void send(OtlpSettings settings) {
        OtlpExport export = new OtlpExport(settings);
        otlp = export;
        meters = new CompositeMeterRegistry(Clock.SYSTEM, List.of(page, export.registry()));
    }

    /** The collectors for the metrics page. */
    CollectorRegistry collectors() {
        return collectors;
    }

    /** The registry for JVM and process meters. */
    MeterRegistry micrometer() {
        return meters;
    }

    /** A counter. */
    Counter counter(Meters meter, String... values) {
        return Counter.builder(registeredName(meter))
                .description(meter.help())
                .tags(tags(meter, MeterType.COUNTER, values))
                .register(meters);
    }

    /** A histogram of durations. */
    Timer histogram(Meters meter, String... values) {
        return Timer.builder(meter.exposedName())
                .description(meter.help())
                .tags(tags(meter, MeterType.HISTOGRAM, values))
                .serviceLevelObjectives(meter.buckets().bounds())
                .register(meters);
    }

    /** A counter that reads its source at each scrape. */
    void count(Meters meter, LongSupplier source, String... values) {
        sources.add(source);
        counter(meter, source, LongSupplier::getAsLong, values);
    }

    /** A gauge that reads its source at each scrape. */
    void gauge(Meters meter, LongSupplier source, String... values) {
        gauge(meter, source, LongSupplier::getAsLong, values);
    }

    /** A counter of seconds likewise. */
    void countSeconds(Meters meter, DoubleSupplier source, String... values) {
        doubles.add(source);
        counter(meter, source, DoubleSupplier::getAsDouble, values);
    }

    /** A gauge of seconds likewise. */
    void gaugeSeconds(Meters meter, DoubleSupplier source, String... values) {
        gauge(meter, source, DoubleSupplier::getAsDouble, values);
    }

    private <T> void counter(Meters meter, T source, ToDoubleFunction<T> read, String... values) {
        FunctionCounter.builder(registeredName(meter), source, read)
                .description(meter.help())
                .tags(tags(meter, MeterType.COUNTER, values))
                .register(meters);
    }

    private <T> void gauge(Meters meter, T source, ToDoubleFunction<T> read, String... values) {
        Gauge.builder(meter.exposedName(), source, read)
                .description(meter.help())
                .strongReference(true)
                .tags(tags(meter, MeterType.GAUGE, values))
                .register(meters);
    }

    @Override
    public void close() {
        OtlpExport export = otlp;
        if (export != null) {
            export.close();
        }
        page.close();
    }

    /** The name without {@code _total}, which Micrometer's naming convention appends again. */
    private static String registeredName(Meters meter) {
        String name = meter.exposedName();
        return name.substring(0, name.length() - "_total".length());
    }

    private static List<Tag> tags(Meters meter, MeterType type, String... values) {
        if (meter.type() != type || meter.labels().size() != values.length) {
            throw new IllegalArgumentException(meter + " is a " + meter.type() + " with labels " + meter.labels());
        }
        List<Tag> tags = new ArrayList<>(values.length);
        for (int i = 0; i < values.length; i++) {
            tags.add(Tag.of(meter.labels().get(i).key(), values[i]));
        }
        return tags;
    }
}
