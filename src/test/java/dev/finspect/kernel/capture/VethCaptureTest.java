package dev.finspect.kernel.capture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.lab.Await;
import dev.finspect.lab.NeedsPrograms;
import dev.finspect.tcp.IpAddress;
import dev.finspect.tcp.TcpFlags;
import dev.finspect.wire.IcmpError;
import dev.finspect.wire.TcpSegment;
import dev.finspect.wire.TcpSegment.Direction;
import dev.finspect.wire.filter.FilterMode;
import dev.finspect.wire.filter.FilterRule;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnknownHostException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Captures in one network namespace its traffic with another across a veth pair. */
@Tag("privileged")
@NeedsPrograms(value = "ip", root = true)
final class VethCaptureTest {
    private static final int ANSWER_BYTES = 20_000;
    private static final int REQUEST_BYTES = 100;

    @SuppressWarnings("NullAway.Init")
    private static NetworkPair pair;

    private final RecordingCaptureSink recording = new RecordingCaptureSink();

    @BeforeAll
    static void make() {
        pair = NetworkPair.make();
    }

    @AfterAll
    static void remove() {
        pair.close();
    }

    /** The server is in the near namespace, where the capture is. */
    @ParameterizedTest
    @ValueSource(strings = {NetworkPair.NEAR, NetworkPair.NEAR6})
    void aConversationHasItsDirectionsOrderAndHeadersAlone(String address) throws Exception {
        try (ServerSocket listener = listen(address);
                Capture capture = capture(listener.getLocalPort(), FilterMode.HEADERS)) {
            converse(listener, false);
            recording.awaitOrderlyEnd();
            assertThat(capture.running()).isTrue();
            List<TcpSegment> segments = recording.segments();
            assertThat(segments.get(0).flags()).isEqualTo(TcpFlags.SYN);
            assertThat(segments.get(0).direction()).isEqualTo(Direction.INCOMING);
            assertThat(segments.get(1).flags()).isEqualTo(TcpFlags.SYN | TcpFlags.ACK);
            assertThat(segments.get(1).direction()).isEqualTo(Direction.OUTGOING);
            assertThat(segments.get(1).acknowledgmentNumber())
                    .isEqualTo(segments.get(0).sequenceNumber() + 1);
            assertThat(segments).extracting(TcpSegment::atNanos).isSorted();
            assertThat(segments)
                    .allSatisfy(s -> assertThat(s.direction())
                            .isEqualTo(
                                    s.tuple().destinationPort() == listener.getLocalPort()
                                            ? Direction.INCOMING
                                            : Direction.OUTGOING))
                    .allSatisfy(s -> assertThat(s.interfaceId()).isGreaterThan(1))
                    .allSatisfy(s -> assertThat(s.checksum()).isNotEqualTo(TcpSegment.Checksum.WRONG));
            assertThat(payload(segments, Direction.INCOMING)).isEqualTo(REQUEST_BYTES);
            assertThat(payload(segments, Direction.OUTGOING)).isEqualTo(ANSWER_BYTES);
            assertThat(recording.seen).allSatisfy(each -> {
                int ip = each.segment().tuple().source().v6() ? 40 : 20;
                assertThat(each.headers()).hasSize(ip + ((each.headers()[ip + 12] >> 4) & 0xf) * 4);
            });
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {NetworkPair.NEAR, NetworkPair.NEAR6})
    void aResetHasItsDirection(String address) throws Exception {
        try (ServerSocket listener = listen(address);
                Capture capture = capture(listener.getLocalPort(), FilterMode.LIFECYCLE)) {
            converse(listener, true);
            recording.await(TcpFlags.RST, 1);
            assertThat(capture.running()).isTrue();
            assertThat(recording.segments())
                    .filteredOn(s -> s.has(TcpFlags.RST))
                    .allSatisfy(s -> assertThat(s.direction()).isEqualTo(Direction.INCOMING));
            assertThat(recording.segments())
                    .filteredOn(s -> s.has(TcpFlags.SYN))
                    .extracting(TcpSegment::direction)
                    .containsExactly(Direction.INCOMING, Direction.OUTGOING);
        }
    }

    @ParameterizedTest
    @CsvSource({NetworkPair.NOWHERE + ", " + NetworkPair.FAR, NetworkPair.NOWHERE6 + ", " + NetworkPair.FAR6})
    void anUnreachableErrorOfARouterIsCaptured(String nowhere, String router) throws Exception {
        int port = 5432;
        try (Capture capture = capture(port, FilterMode.LIFECYCLE)) {
            pair.near(() -> {
                try (Socket socket = new Socket()) {
                    socket.connect(new InetSocketAddress(nowhere, port), 10_000);
                } catch (IOException e) {
                    return e;
                }
                throw new AssertionError("connected to nowhere");
            });
            Await.until(() -> "no ICMP error", () -> !recording.icmpErrors.isEmpty());
            assertThat(capture.running()).isTrue();
        }
        IcmpError error = recording.icmpErrors.get(0);
        assertThat(error.from()).isEqualTo(parsed(router));
        assertThat(error.direction()).isEqualTo(Direction.INCOMING);
        assertThat(error.quoted().destination()).isEqualTo(parsed(nowhere));
        assertThat(error.quoted().destinationPort()).isEqualTo(port);
        TcpSegment syn = recording.segments().get(0);
        assertThat(syn.direction()).isEqualTo(Direction.OUTGOING);
        assertThat(error.quotedSequenceNumber()).isEqualTo(syn.sequenceNumber());
        int ip = nowhere.contains(":") ? 40 : 20;
        assertThat(recording.icmpPackets.get(0)).hasSize(ip + 8 + ip + 8);
    }

    private static ServerSocket listen(String address) throws Exception {
        return pair.near(() -> new ServerSocket(0, 50, InetAddress.getAllByName(address)[0]));
    }

    private Capture capture(int port, FilterMode mode) throws Exception {
        return pair.near(
                () -> CaptureTest.opened(CaptureSettings.of(List.of(new FilterRule(null, port, mode))), recording));
    }

    /** The client is in the far namespace. */
    private static void converse(ServerSocket listener, boolean reset) throws Exception {
        Socket client = pair.far(() -> new Socket(listener.getInetAddress(), listener.getLocalPort()));
        try (Socket server = listener.accept();
                client) {
            client.getOutputStream().write(new byte[REQUEST_BYTES]);
            server.getInputStream().readNBytes(REQUEST_BYTES);
            server.getOutputStream().write(new byte[ANSWER_BYTES]);
            client.getInputStream().readNBytes(ANSWER_BYTES);
            if (reset) {
                client.setSoLinger(true, 0);
            } else {
                client.shutdownOutput();
                assertThat(server.getInputStream().read()).isEqualTo(-1);
            }
        }
    }

    private static long payload(List<TcpSegment> segments, Direction direction) {
        return segments.stream()
                .filter(s -> s.direction() == direction)
                .mapToLong(TcpSegment::payloadBytes)
                .sum();
    }

    private static IpAddress parsed(String address) throws UnknownHostException {
        return IpAddress.of(InetAddress.getAllByName(address)[0]);
    }
}
