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
 * Sends all meters to an OTLP receiver at a fixed interval, on its own thread, and once more at the end.
 *
 * <p>A receiver that does not answer only blocks that thread: nothing is queued for it, because counters are cumulative. Names
 * are those of the metrics page without {@code _total}; durations are in seconds.
 */
final class OtlpExport implements AutoCloseable {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
    private static final Duration RESPONSE_TIMEOUT = Duration.ofSeconds(5);

    private final OtlpMeterRegistry registry;

    OtlpExport(OtlpSettings settings) {
        registry = OtlpMeterRegistry.builder(new MicrometerSettings(settings))
                .clock(Clock.SYSTEM)
                .metricsSender(new OtlpSender(
                        new OtlpHttpMetricsSender(new HttpUrlConnectionSender(CONNECT_TIMEOUT, RESPONSE_TIMEOUT)),
                        settings.url()))
                .build();
    }

    MeterRegistry registry() {
        return registry;
    }

    /** Sends the meters one last time. */
    @Override
    public void close() {
        registry.close();
    }

    /** The settings for Micrometer; they take precedence over OTEL_* variables. */
    private static final class MicrometerSettings implements OtlpConfig {
        private final OtlpSettings settings;
        private final Map<String, String> resource;

        MicrometerSettings(OtlpSettings settings) {
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
