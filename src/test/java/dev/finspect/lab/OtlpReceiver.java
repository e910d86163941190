package dev.finspect.lab;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.ResourceMetrics;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A receiver of OTLP metrics over HTTP, which keeps what it is sent. */
final class OtlpReceiver implements AutoCloseable {
    private final HttpServer server;
    private final List<ResourceMetrics> taken = new ArrayList<>();
    private final Map<String, String> headers = new HashMap<>();
    private int requests;
    private int refusals;

    /** Listens, and refuses so many requests at first. */
    OtlpReceiver(int port, int refusing) throws IOException {
        refusals = refusing;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 10);
        server.createContext("/v1/metrics", this::take);
        server.start();
    }

    int port() {
        return server.getAddress().getPort();
    }

    private synchronized void take(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        requests++;
        if (refusals > 0) {
            refusals--;
            exchange.sendResponseHeaders(503, -1);
        } else {
            exchange.getRequestHeaders().forEach((name, values) -> headers.put(name, values.get(0)));
            taken.addAll(ExportMetricsServiceRequest.parseFrom(body).getResourceMetricsList());
            exchange.sendResponseHeaders(200, -1);
        }
        exchange.close();
    }

    synchronized int requests() {
        return requests;
    }

    synchronized Map<String, String> headers() {
        return Map.copyOf(headers);
    }

    /** Attributes of what sent last. */
    synchronized Map<String, String> resource() {
        return attributes(taken.get(taken.size() - 1).getResource().getAttributesList());
    }

    /** The metric of this name, as it was sent last. */
    synchronized Optional<Metric> metric(String name) {
        for (int i = taken.size() - 1; i >= 0; i--) {
            for (var scope : taken.get(i).getScopeMetricsList()) {
                for (Metric metric : scope.getMetricsList()) {
                    if (metric.getName().equals(name)) {
                        return Optional.of(metric);
                    }
                }
            }
        }
        return Optional.empty();
    }

    /** By their names. */
    static Map<String, String> attributes(List<KeyValue> pairs) {
        Map<String, String> all = new HashMap<>();
        pairs.forEach(pair -> all.put(pair.getKey(), pair.getValue().getStringValue()));
        return all;
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
