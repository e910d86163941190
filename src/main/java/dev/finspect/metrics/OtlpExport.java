package dev.finspect.metrics;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.ipc.http.HttpUrlConnectionSender;
import io.micrometer.registry.otlp.AggregationTemporality;
import io.micrometer.registry.otlp.OtlpConfig;
import io.micrometer.registry.otlp.OtlpHttpMetricsSender;
import io.micrometer.registry.otlp.OtlpMeterRegistry;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Sends all meters to an OTLP receiver now and then, on a thread of its own, and once more at the end.
 *
 * <p>A receiver that does not answer costs nothing but that thread's time: nothing is kept for it, since counts are
 * cumulative. Names are those of the page without {@code _total}, durations are in seconds.
 */
final class OtlpExport implements AutoCloseable {
    private static final Duration CONNECT_PATIENCE = Duration.ofSeconds(2);
    private static final Duration ANSWER_PATIENCE = Duration.ofSeconds(5);

    private final OtlpMeterRegistry registry;

    OtlpExport(OtlpSettings settings) {
        registry = OtlpMeterRegistry.builder(new Translated(settings))
                .clock(Clock.SYSTEM)
                .metricsSender(new OtlpSender(
                        new OtlpHttpMetricsSender(new HttpUrlConnectionSender(CONNECT_PATIENCE, ANSWER_PATIENCE)),
                        settings.url()))
                .build();
    }

    MeterRegistry registry() {
        return registry;
    }

    /** Sends for the last time. */
    @Override
    public void close() {
        registry.close();
    }

    /** The settings as Micrometer asks for them; what it finds in OTEL_* variables is weaker. */
    private static final class Translated implements OtlpConfig {
        private final OtlpSettings settings;
        private final Map<String, String> resource;

        Translated(OtlpSettings settings) {
            this.settings = settings;
            Map<String, String> attributes = new HashMap<>(
                    Map.of("service.instance.id", UUID.randomUUID().toString()));
            attributes.putAll(OtlpConfig.super.resourceAttributes());
            attributes.putIfAbsent("service.name", "finspect");
            attributes.putAll(settings.resource());
            this.resource = Map.copyOf(attributes);
        }

        @Override
        public @Nullable String get(String key) {
            return null;
        }

        @Override
        public String url() {
            return settings.url().toString();
        }

        @Override
        public Duration step() {
            return settings.interval();
        }

        @Override
        public Map<String, String> headers() {
            Map<String, String> all = new HashMap<>(OtlpConfig.super.headers());
            all.putAll(settings.headers());
            return all;
        }

        @Override
        public Map<String, String> resourceAttributes() {
            return resource;
        }

        @Override
        public AggregationTemporality aggregationTemporality() {
            return AggregationTemporality.CUMULATIVE;
        }

        @Override
        public TimeUnit baseTimeUnit() {
            return TimeUnit.SECONDS;
        }
    }
}
