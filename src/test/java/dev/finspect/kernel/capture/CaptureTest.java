package dev.finspect.kernel.capture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.kernel.Reading;
import dev.finspect.lab.NeedsPrograms;
import dev.finspect.tcp.IpAddress;
import dev.finspect.tcp.TcpFlags;
import dev.finspect.wire.TcpSegment;
import dev.finspect.wire.TcpSegment.Direction;
import dev.finspect.wire.filter.FilterMode;
import dev.finspect.wire.filter.FilterRule;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Live captures on loopback. */
@Tag("privileged")
@NeedsPrograms(root = true)
final class CaptureTest {
    private final RecordingCaptureSink recording = new RecordingCaptureSink();

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1"})
    void headersSeesEverySegmentOfAConversationOnceAndInOrder(String address) throws IOException {
        long before = nanos(Instant.now());
        try (Conversation conversation = new Conversation(InetAddress.getByName(address));
                Capture capture = open(address, conversation.port(), FilterMode.HEADERS)) {
            conversation.orderly();
            recording.awaitOrderlyEnd();
            assertThat(capture.running()).isTrue();
            long after = nanos(Instant.now());
            List<TcpSegment> segments = recording.segments();
            assertThat(segments.get(0).flags()).isEqualTo(TcpFlags.SYN);
            assertThat(segments.get(1).flags()).isEqualTo(TcpFlags.SYN | TcpFlags.ACK);
            assertThat(segments.get(2).flags()).isEqualTo(TcpFlags.ACK);
            assertThat(segments.get(1).tuple())
                    .isEqualTo(segments.get(0).tuple().reversed());
            assertThat(segments.get(0).tuple().destinationPort()).isEqualTo(conversation.port());
            assertThat(segments.get(0).tuple().destination()).isEqualTo(IpAddress.of(InetAddress.getByName(address)));
            assertThat(payload(segments, conversation.port(), true)).isEqualTo(Conversation.REQUEST_BYTES);
            assertThat(payload(segments, conversation.port(), false)).isEqualTo(Conversation.ANSWER_BYTES);
            assertThat(segments).filteredOn(s -> s.has(TcpFlags.SYN)).hasSize(2);
            assertThat(segments).filteredOn(s -> s.has(TcpFlags.FIN)).hasSize(2);
            assertThat(segments).extracting(TcpSegment::atNanos).isSorted();
            assertThat(segments).allSatisfy(s -> {
                assertThat(s.atNanos()).isBetween(before, after);
                assertThat(s.direction()).isEqualTo(Direction.UNKNOWN);
                assertThat(s.interfaceId()).isEqualTo(1);
                assertThat(s.checksum()).isNotEqualTo(TcpSegment.Checksum.WRONG);
            });
            headersAlone();
        }
        assertThat(recording.endings).containsExactly("null");
        assertThat(recording.dropped).isEmpty();
        assertThat(recording.undecoded).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1"})
    void lifecycleSeesOpeningAcknowledgmentsAndClosingButNoData(String address) throws IOException {
        try (Conversation conversation = new Conversation(InetAddress.getByName(address));
                Capture capture = open(address, conversation.port(), FilterMode.LIFECYCLE)) {
            conversation.orderly();
            recording.awaitOrderlyEnd();
            assertThat(capture.running()).isTrue();
        }
        List<TcpSegment> segments = recording.segments();
        assertThat(segments).filteredOn(s -> s.has(TcpFlags.SYN)).hasSize(2);
        assertThat(segments).filteredOn(s -> s.has(TcpFlags.FIN)).hasSize(2);
        assertThat(segments)
                .filteredOn(s -> s.payloadBytes() > 0)
                .allSatisfy(s -> assertThat(s.flags() & (TcpFlags.SYN | TcpFlags.FIN | TcpFlags.RST))
                        .isNotZero());
        assertThat(segments).anySatisfy(s -> assertThat(s.flags()).isEqualTo(TcpFlags.ACK));
        headersAlone();
    }

    @Test
    void aResetIsSeenWithItsSender() throws IOException {
        try (Conversation conversation = new Conversation(InetAddress.getLoopbackAddress());
                Capture capture = open("127.0.0.1", conversation.port(), FilterMode.LIFECYCLE)) {
            conversation.reset();
            recording.await(TcpFlags.RST, 1);
            assertThat(capture.running()).isTrue();
            assertThat(recording.segments())
                    .filteredOn(s -> s.has(TcpFlags.RST))
                    .singleElement()
                    .satisfies(s -> assertThat(s.tuple().destinationPort()).isEqualTo(conversation.port()));
        }
    }

    @Test
    void closingDuringTrafficIsSafeAHundredTimes() throws Exception {
        try (Conversation conversation = new Conversation(InetAddress.getLoopbackAddress())) {
            Traffic traffic = new Traffic(conversation);
            traffic.start();
            for (int i = 0; i < 100; i++) {
                RecordingCaptureSink each = new RecordingCaptureSink();
                Capture capture = opened(
                        new CaptureSettings(rules("127.0.0.1", conversation.port(), FilterMode.HEADERS), 4096, 4),
                        each);
                twice(capture);
                assertThat(capture.running()).isFalse();
                assertThat(each.endings).containsExactly("null");
                assertThat(each.callsAfterEnd).hasValue(0);
            }
            traffic.end();
        }
    }

    @Test
    void anExceptionOfTheSinkEndsTheCaptureAndIsReportedOnce() throws IOException {
        RecordingCaptureSink silent = new RecordingCaptureSink() {
            @Override
            public void segments(dev.finspect.session.SegmentBatch batch) {
                throw new IllegalStateException("the sink is broken");
            }
        };
        try (Conversation conversation = new Conversation(InetAddress.getLoopbackAddress());
                Capture capture = opened(
                        CaptureSettings.of(rules("127.0.0.1", conversation.port(), FilterMode.HEADERS)), silent)) {
            conversation.orderly();
            dev.finspect.lab.Await.until(() -> "the capture lives on", () -> !capture.running());
            assertThat(silent.endings).singleElement().asString().contains("the sink is broken");
        }
        assertThat(silent.endings).hasSize(1);
    }

    @Test
    void packetsDroppedByASmallRingAreCountedWithTheirTime() throws IOException {
        long before = nanos(Instant.now());
        java.util.concurrent.CountDownLatch go = new java.util.concurrent.CountDownLatch(1);
        RecordingCaptureSink slow = new RecordingCaptureSink() {
            @Override
            public void segments(dev.finspect.session.SegmentBatch batch) {
                try {
                    assertThat(go.await(1, TimeUnit.MINUTES)).isTrue();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
                super.segments(batch);
            }
        };
        try (Conversation conversation = new Conversation(InetAddress.getLoopbackAddress());
                Capture capture = opened(
                        new CaptureSettings(rules("127.0.0.1", conversation.port(), FilterMode.HEADERS), 4096, 2),
                        slow)) {
            for (int i = 0; i < 50; i++) {
                conversation.orderly();
            }
            long between = nanos(Instant.now());
            go.countDown();
            dev.finspect.lab.Await.until(() -> "nothing was dropped", () -> !slow.dropped.isEmpty());
            assertThat(capture.running()).isTrue();
            RecordingCaptureSink.Dropped drop = slow.dropped.get(0);
            // 50 conversations have at least ten segments each; two blocks of 4 KiB have room for fewer than eighty.
            assertThat(drop.packets()).isGreaterThan(400);
            assertThat(drop.fromNanos()).isBetween(before, between);
            assertThat(drop.toNanos()).isGreaterThan(between);
        }
    }

    private static void twice(Capture capture) {
        capture.close();
        capture.close();
    }

    private void headersAlone() {
        assertThat(recording.seen).allSatisfy(each -> {
            int ip = each.segment().tuple().source().v6() ? 40 : 20;
            int tcp = (each.headers()[ip + 12] >> 4 & 0xf) * 4;
            assertThat(each.headers()).hasSize(ip + tcp);
            assertThat(new String(each.headers(), StandardCharsets.ISO_8859_1)).doesNotContain("PAY", "LOAD");
        });
    }

    private Capture open(String address, int port, FilterMode mode) throws IOException {
        return opened(CaptureSettings.of(rules(address, port, mode)), recording);
    }

    private static List<FilterRule> rules(String address, int port, FilterMode mode) throws IOException {
        return List.of(new FilterRule(IpAddress.of(InetAddress.getByName(address)), port, mode));
    }

    static Capture opened(CaptureSettings settings, RecordingCaptureSink recording) {
        Reading<Capture> reading = Capture.open(settings, recording);
        assertThat(reading).isInstanceOf(Reading.Value.class);
        return ((Reading.Value<Capture>) reading).value();
    }

    private static long payload(List<TcpSegment> segments, int port, boolean toServer) {
        return segments.stream()
                .filter(s -> (s.tuple().destinationPort() == port) == toServer)
                .mapToLong(TcpSegment::payloadBytes)
                .sum();
    }

    private static long nanos(Instant instant) {
        return TimeUnit.SECONDS.toNanos(instant.getEpochSecond()) + instant.getNano();
    }

    /** Has conversations in a loop until it is closed. */
    private static final class Traffic extends Thread {
        private final Conversation conversation;
        private volatile boolean ending;
        private volatile @org.jspecify.annotations.Nullable Throwable failure;

        Traffic(Conversation conversation) {
            this.conversation = conversation;
        }

        @Override
        public void run() {
            try {
                while (!ending) {
                    conversation.orderly();
                }
            } catch (IOException e) {
                failure = e;
            }
        }

        void end() throws InterruptedException {
            ending = true;
            join();
            assertThat(failure).isNull();
        }
    }
}
