package dev.finspect.metrics;

import java.net.URI;
import java.time.Duration;
import java.util.Map;

/**
 * Where meters are sent by OTLP over HTTP, as protobuf.
 *
 * @param url of the receiver's metrics, for example {@code http://127.0.0.1:4318/v1/metrics}
 * @param interval between two sendings; all counts are cumulative, so that one that fails loses nothing
 * @param headers of the request, stronger than those of OTEL_EXPORTER_OTLP_HEADERS
 * @param resource attributes that tell this finspect from others, stronger than those of OTEL_RESOURCE_ATTRIBUTES
 */
public record OtlpSettings(URI url, Duration interval, Map<String, String> headers, Map<String, String> resource) {
    /** Keeps copies. */
    public OtlpSettings {
        headers = Map.copyOf(headers);
        resource = Map.copyOf(resource);
    }
}
