package dev.finspect.metrics;

import java.net.URI;
import java.time.Duration;
import java.util.Map;

/**
 * Settings for sending meters by OTLP over HTTP, as protobuf.
 *
 * @param url the receiver's URL for metrics, for example {@code http://127.0.0.1:4318/v1/metrics}
 * @param interval time between two requests; counters are cumulative, so a failed request loses no counts
 * @param headers HTTP headers of the request; they take precedence over OTEL_EXPORTER_OTLP_HEADERS
 * @param resource attributes that identify this process; they take precedence over OTEL_RESOURCE_ATTRIBUTES
 */
public record OtlpSettings(URI url, Duration interval, Map<String, String> headers, Map<String, String> resource) {
    /** Copies the maps. */
    public OtlpSettings {
        headers = Map.copyOf(headers);
        resource = Map.copyOf(resource);
    }
}
