package dev.finspect.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.proto.metrics.v1.AggregationTemporality;
import io.opentelemetry.proto.metrics.v1.HistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The packaged finspect sends its meters to an OTLP receiver, which decodes them by OTLP's own classes. */
final class OtlpIT {
    private static final int SENT = 1000;
    private static final String SECRET = "s3cr3t";

    @Test
    void whatHappenedArrivesWithItsLabelsAndTheLastOfItAtTheEnd() throws Exception {
        try (LabFolder folder = new LabFolder();
                OtlpReceiver receiver = new OtlpReceiver(0, 0);
                OneService<Integer> service = echo();
                ProxyProcess proxy = start(folder, receiver.port(), service.port(), "1h")) {
            exchange(proxy);
            // The interval is an hour: what comes is what the end sends.
            proxy.stop().allClean().only();
            assertThat(receiver.requests()).isEqualTo(1);
            assertThat(receiver.headers())
                    .containsEntry("X-tenant", "lab")
                    .containsEntry("Content-type", "application/x-protobuf");
            assertThat(receiver.resource())
                    .containsEntry("service.name", "finspect")
                    .containsEntry("deployment.environment.name", "lab")
                    .containsKey("service.instance.id");

            Metric sessions = receiver.metric("finspect_sessions").orElseThrow();
            assertThat(sessions.getSum().getIsMonotonic()).isTrue();
            assertThat(sessions.getSum().getAggregationTemporality())
                    .isEqualTo(AggregationTemporality.AGGREGATION_TEMPORALITY_CUMULATIVE);
            assertThat(value(sessions, Map.of("route", "default", "outcome", "clean")))
                    .isEqualTo(1);
            Metric bytes = receiver.metric("finspect_leg_bytes").orElseThrow();
            assertThat(value(bytes, Map.of("leg", "client", "direction", "received")))
                    .isEqualTo(SENT);
            assertThat(receiver.metric("finspect_sessions_active")
                            .orElseThrow()
                            .getGauge()
                            .getDataPoints(0)
                            .getAsDouble())
                    .isZero();
            Metric durations =
                    receiver.metric("finspect_session_duration_seconds").orElseThrow();
            HistogramDataPoint took = durations.getHistogram().getDataPoints(0);
            assertThat(took.getCount()).isEqualTo(1);
            assertThat(took.getSum()).isBetween(0.0, 60.0);
            assertThat(took.getExplicitBoundsList()).contains(0.01, 1.0).isSorted();
            assertThat(took.getBucketCountsList().stream().mapToLong(n -> n).sum())
                    .isEqualTo(1);
            assertThat(receiver.metric("jvm_memory_used_bytes")
                            .or(() -> receiver.metric("jvm.memory.used"))
                            .orElseThrow()
                            .getGauge()
                            .getDataPointsList())
                    .isNotEmpty();
        }
    }

    /** No receiver, then one that refuses, then one that accepts: sessions are not affected. */
    @Test
    void receiverMayComeLate() throws Exception {
        int port = Background.freePort();
        try (LabFolder folder = new LabFolder();
                OneService<Integer> service = echo();
                ProxyProcess proxy = start(folder, port, service.port(), "1s")) {
            Await.until(proxy::output, () -> proxy.output().contains("does not accept the metrics"));
            exchange(proxy);
            try (OtlpReceiver receiver = new OtlpReceiver(port, 2)) {
                Await.until(
                        proxy::output,
                        () -> receiver.metric("finspect_sessions").isPresent());
                assertThat(receiver.requests()).isGreaterThanOrEqualTo(3);
                assertThat(value(receiver.metric("finspect_sessions").orElseThrow(), Map.of("outcome", "clean")))
                        .isEqualTo(1);
                assertThat(proxy.output().split("does not accept the metrics", -1))
                        .as("said once")
                        .hasSize(2);
                assertThat(proxy.output()).doesNotContain(SECRET);
                proxy.stop().allClean().only();
            }
        }
    }

    private static ProxyProcess start(LabFolder folder, int receiver, int service, String interval) throws IOException {
        return ProxyProcess.configured(
                folder,
                "epoll",
                String.join(
                        "\n",
                        "otlp:",
                        "  url: http://127.0.0.1:" + receiver + "/v1/metrics?key=" + SECRET,
                        "  interval: " + interval,
                        "  headers: {X-Tenant: lab}",
                        "  resource: {deployment.environment.name: lab}",
                        "routes:",
                        "  - {name: default, listen: '127.0.0.1:0', upstream: '127.0.0.1:" + service + "'}",
                        ""));
    }

    private static OneService<Integer> echo() throws IOException {
        return new OneService<>(client -> {
            byte[] all = client.getInputStream().readAllBytes();
            client.getOutputStream().write(all);
            return all.length;
        });
    }

    private static void exchange(ProxyProcess proxy) throws IOException {
        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), proxy.port())) {
            client.getOutputStream().write(new byte[SENT]);
            client.shutdownOutput();
            assertThat(client.getInputStream().readAllBytes()).hasSize(SENT);
        }
    }

    private static double value(Metric metric, Map<String, String> labels) {
        List<NumberDataPoint> points = metric.getSum().getDataPointsList();
        return points.stream()
                .filter(point -> OtlpReceiver.attributes(point.getAttributesList())
                        .entrySet()
                        .containsAll(labels.entrySet()))
                .mapToDouble(point -> point.getAsDouble() + point.getAsInt())
                .sum();
    }
}
