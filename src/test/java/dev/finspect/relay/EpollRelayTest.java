package dev.finspect.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.finspect.session.LegTraffic;
import dev.finspect.session.RouteCounters;
import dev.finspect.session.SessionEvent;
import dev.finspect.tcp.ConnectResult;
import dev.finspect.tcp.Errno;
import dev.finspect.tcp.Leg;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The epoll engine between real sockets on loopback. */
@Timeout(60)
final class EpollRelayTest {
    private static final int TWENTY_MEGABYTES = 20_000_000;

    private final Recorder recorder = new Recorder();
    private ServerSocket server;

    @SuppressWarnings("NullAway.Init")
    private RunningRelay relay;

    @BeforeEach
    void startServer() throws IOException {
        server = new ServerSocket(0, 128, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void stop() throws Exception {
        if (relay != null) {
            relay.drain(Duration.ZERO).get(30, TimeUnit.SECONDS);
        }
        server.close();
    }

    @Test
    void bytesAndThenTheFinPassBothWays() throws Exception {
        relay = start(1, Timeouts.DEFAULT);
        try (Socket client = connect();
                Socket upstream = server.accept()) {
            client.getOutputStream().write(ascii("question"));
            assertThat(upstream.getInputStream().readNBytes(8)).asString().isEqualTo("question");
            upstream.getOutputStream().write(ascii("answer"));
            assertThat(client.getInputStream().readNBytes(6)).asString().isEqualTo("answer");
            upstream.shutdownOutput();
            assertThat(client.getInputStream().read()).isEqualTo(-1);
            client.shutdownOutput();
            assertThat(upstream.getInputStream().read()).isEqualTo(-1);
        }
        Recorder.Play play = recorder.nextEnded();
        assertThat(play.names())
                .containsExactly(
                        "Accepted",
                        "AttemptBegun",
                        "Connected",
                        "FirstByte CLIENT",
                        "FirstByte UPSTREAM",
                        "PeerFin UPSTREAM",
                        "OutputShut CLIENT",
                        "PeerFin CLIENT",
                        "OutputShut UPSTREAM",
                        "Ended");
        assertThat(play.session().traffic(Leg.CLIENT).bytesReceived).isEqualTo(8);
        assertThat(play.session().traffic(Leg.CLIENT).bytesSent).isEqualTo(6);
        assertThat(relay.sessions().living(10).get()).isEmpty();
        assertThat(relay.sessions().livingCount()).isZero();
    }

    @Test
    void afterTheClientsHalfCloseASlowAnswerOfTwentyMegabytesArrivesWhole() throws Exception {
        relay = start(1, Timeouts.DEFAULT);
        byte[] answer = noise(TWENTY_MEGABYTES, 1);
        try (Socket client = connect();
                Socket upstream = server.accept()) {
            client.shutdownOutput();
            assertThat(upstream.getInputStream().read()).isEqualTo(-1);
            CompletableFuture<Void> sent = inBackground(() -> {
                OutputStream out = upstream.getOutputStream();
                for (int at = 0; at < answer.length; at += 100_000) {
                    out.write(answer, at, 100_000);
                    Thread.onSpinWait();
                }
                upstream.shutdownOutput();
            });
            assertThat(readSlowly(client.getInputStream(), answer.length)).isEqualTo(answer);
            assertThat(client.getInputStream().read()).isEqualTo(-1);
            sent.get();
        }
        assertThat(recorder.nextEnded().names())
                .containsSubsequence("PeerFin CLIENT", "OutputShut UPSTREAM", "PeerFin UPSTREAM", "OutputShut CLIENT");
    }

    @Test
    void serverHalfClosesFirstWhileTheClientSendsTwentyMegabytes() throws Exception {
        relay = start(1, Timeouts.DEFAULT);
        byte[] request = noise(TWENTY_MEGABYTES, 2);
        try (Socket client = connect();
                Socket upstream = server.accept()) {
            upstream.shutdownOutput();
            assertThat(client.getInputStream().read()).isEqualTo(-1);
            CompletableFuture<Void> sent = inBackground(() -> {
                client.getOutputStream().write(request);
                client.shutdownOutput();
            });
            assertThat(upstream.getInputStream().readAllBytes()).isEqualTo(request);
            sent.get();
        }
        Recorder.Play play = recorder.nextEnded();
        assertThat(play.session().traffic(Leg.UPSTREAM).bytesSent).isEqualTo(TWENTY_MEGABYTES);
        assertThat(play.session().traffic(Leg.UPSTREAM).undeliveredBytes).isZero();
    }

    @Test
    void bothWaysAtOnceTwentyMegabytesEach() throws Exception {
        relay = start(2, Timeouts.DEFAULT);
        byte[] request = noise(TWENTY_MEGABYTES, 3);
        byte[] answer = noise(TWENTY_MEGABYTES, 4);
        try (Socket client = connect();
                Socket upstream = server.accept()) {
            CompletableFuture<Void> sent = inBackground(() -> {
                client.getOutputStream().write(request);
                client.shutdownOutput();
            });
            CompletableFuture<Void> answered = inBackground(() -> {
                upstream.getOutputStream().write(answer);
                upstream.shutdownOutput();
            });
            CompletableFuture<byte[]> got = CompletableFuture.supplyAsync(() -> readAll(upstream));
            assertThat(client.getInputStream().readAllBytes()).isEqualTo(answer);
            assertThat(got.get()).isEqualTo(request);
            sent.get();
            answered.get();
        }
        recorder.nextEnded();
    }

    @Test
    void aClientsResetReachesTheServerAfterTheBytesBeforeIt() throws Exception {
        relay = start(1, Timeouts.DEFAULT);
        byte[] request = noise(300_000, 5);
        try (Socket client = connect();
                Socket upstream = server.accept()) {
            CompletableFuture<byte[]> got = CompletableFuture.supplyAsync(() -> readUntilReset(upstream, 300_000));
            client.getOutputStream().write(request);
            client.getOutputStream().flush();
            awaitReceived(300_000);
            reset(client);
            assertThat(got.get()).isEqualTo(request);
        }
        Recorder.Play play = recorder.nextEnded();
        assertThat(play.names())
                .containsExactly(
                        "Accepted",
                        "AttemptBegun",
                        "Connected",
                        "FirstByte CLIENT",
                        "PeerReset CLIENT",
                        "OutputReset UPSTREAM",
                        "Ended");
        assertThat(play.of(SessionEvent.PeerReset.class).get(0).errno()).isEqualTo(Errno.ECONNRESET);
    }

    @Test
    void aServersResetReachesTheClient() throws Exception {
        relay = start(1, Timeouts.DEFAULT);
        try (Socket client = connect();
                Socket upstream = server.accept()) {
            upstream.getOutputStream().write(ascii("last words"));
            assertThat(client.getInputStream().readNBytes(10)).asString().isEqualTo("last words");
            reset(upstream);
            assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketException.class);
        }
        assertThat(recorder.nextEnded().names())
                .containsSubsequence("PeerReset UPSTREAM", "OutputReset CLIENT", "Ended")
                .doesNotContain("PeerFin UPSTREAM", "PeerReset CLIENT");
    }

    @Test
    void aServersResetAfterItsFinReachesTheClient() throws Exception {
        relay = start(1, Timeouts.DEFAULT);
        try (Socket client = connect();
                Socket upstream = server.accept()) {
            upstream.shutdownOutput();
            assertThat(client.getInputStream().read()).isEqualTo(-1);
            reset(upstream);
            assertThat(recorder.nextEnded().names())
                    .containsExactly(
                            "Accepted",
                            "AttemptBegun",
                            "Connected",
                            "PeerFin UPSTREAM",
                            "OutputShut CLIENT",
                            "PeerReset UPSTREAM",
                            "OutputReset CLIENT",
                            "Ended");
            assertThatThrownBy(() -> {
                        client.getOutputStream().write(1);
                        client.getOutputStream().write(1);
                    })
                    .isInstanceOf(SocketException.class);
        }
    }

    @Test
    void aClientsResetWhileBytesWaitForItIsPassedOnAndTheyAreCountedLost() throws Exception {
        relay = start(1, Timeouts.DEFAULT);
        try (Socket client = connect();
                Socket upstream = server.accept()) {
            CompletableFuture<Void> sent =
                    inBackground(() -> upstream.getOutputStream().write(noise(50_000_000, 6)));
            awaitPaused();
            reset(client);
            assertThat(sent.handle((ok, error) -> error).get()).hasRootCauseInstanceOf(SocketException.class);
        }
        Recorder.Play play = recorder.nextEnded();
        assertThat(play.names()).containsSubsequence("PeerReset CLIENT", "OutputReset UPSTREAM");
        LegTraffic toClient = play.session().traffic(Leg.CLIENT);
        assertThat(toClient.undeliveredBytes)
                .isEqualTo(play.session().traffic(Leg.UPSTREAM).bytesReceived - toClient.bytesSent);
    }

    @Test
    void aServerThatDoesNotReadHoldsTheClientBack() throws Exception {
        relay = start(1, Timeouts.DEFAULT);
        byte[] request = noise(50_000_000, 7);
        try (Socket client = connect();
                Socket upstream = server.accept()) {
            CompletableFuture<Void> sent = inBackground(() -> {
                client.getOutputStream().write(request);
                client.shutdownOutput();
            });
            awaitPaused();
            assertThat(sent).isNotDone();
            assertThat(upstream.getInputStream().readAllBytes()).isEqualTo(request);
            sent.get();
        }
        LegTraffic toServer = recorder.nextEnded().session().traffic(Leg.UPSTREAM);
        assertThat(toServer.heldBytesMax).isPositive().isLessThanOrEqualTo(2_000_000);
    }

    @Test
    void aRefusedUpstreamResetsTheClientAndIsRecorded() throws Exception {
        relay = start(settings(1, Timeouts.DEFAULT, List.of(TestService.nobody())));
        try (Socket client = connect()) {
            assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketException.class);
        }
        Recorder.Play play = recorder.nextEnded();
        assertThat(play.names())
                .containsExactly(
                        "Accepted",
                        "AttemptBegun",
                        "AttemptFailed REFUSED",
                        "ConnectGivenUp",
                        "ProxyEnded CONNECT_FAILED",
                        "OutputReset CLIENT",
                        "Ended");
        assertThat(play.of(SessionEvent.AttemptFailed.class).get(0).detail()).isEqualTo("Connection refused");
    }

    @Test
    void theNextUpstreamIsTriedWhenTheFirstRefuses() throws Exception {
        relay = start(settings(
                1,
                Timeouts.DEFAULT,
                List.of(TestService.nobody(), new UpstreamTarget("127.0.0.1", server.getLocalPort()))));
        try (Socket client = connect();
                Socket upstream = server.accept()) {
            client.shutdownOutput();
            upstream.shutdownOutput();
            assertThat(client.getInputStream().read()).isEqualTo(-1);
        }
        assertThat(recorder.nextEnded().names())
                .containsSubsequence("Accepted", "AttemptFailed REFUSED", "Connected")
                .doesNotContain("ConnectGivenUp");
    }

    @Test
    void anUpstreamThatIsTheListenerItselfIsALoopAndRefused() throws Exception {
        int port = TestService.reserved().port();
        RouteSettings route =
                route(at("0.0.0.0", port), List.of(new UpstreamTarget("127.0.0.1", port)), Timeouts.DEFAULT);
        relay = start(settings(1, route));
        try (Socket client = connect()) {
            assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketException.class);
        }
        assertThat(recorder.nextEnded()
                        .of(SessionEvent.AttemptFailed.class)
                        .get(0)
                        .result())
                .isEqualTo(ConnectResult.LOOP);
    }

    @Test
    void aSecondInstanceOnTheSamePortIsRefusedThoughTheFirstSharesItAmongLoops() throws Exception {
        relay = start(2, Timeouts.DEFAULT);
        RouteSettings same = route(listening(), List.of(new UpstreamTarget("127.0.0.1", 9)), Timeouts.DEFAULT);
        assertThatThrownBy(() -> start(settings(2, same)))
                .isInstanceOf(RelayStartException.class)
                .hasMessageContaining("in use");
    }

    @Test
    void clientsAreSharedAmongTheLoops() throws Exception {
        relay = start(2, Timeouts.DEFAULT);
        for (int i = 0; i < 20; i++) {
            try (Socket client = connect();
                    Socket upstream = server.accept()) {
                client.getOutputStream().write(i);
                assertThat(upstream.getInputStream().read()).isEqualTo(i);
            }
            recorder.nextEnded();
        }
        assertThat(counters().acceptedSessions.sum()).isEqualTo(20);
        assertThat(counters().activeSessions.sum()).isZero();
    }

    @Test
    void aDrainWhosePatienceEndsResetsBothLegsAndRecordsThemAsOurDoing() throws Exception {
        relay = start(1, Timeouts.DEFAULT);
        try (Socket client = connect();
                Socket upstream = server.accept()) {
            client.getOutputStream().write(1);
            assertThat(upstream.getInputStream().read()).isEqualTo(1);
            relay.drain(Duration.ZERO).get(30, TimeUnit.SECONDS);
            assertThat(recorder.nextEnded().names())
                    .containsSubsequence("ProxyEnded SHUTDOWN", "OutputReset CLIENT", "OutputReset UPSTREAM", "Ended");
            assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketException.class);
            assertThatThrownBy(() -> upstream.getInputStream().read()).isInstanceOf(SocketException.class);
        }
        assertThatThrownBy(this::connect).isInstanceOf(IOException.class);
    }

    @Test
    void anIdleSessionIsEndedWhenTheRouteSaysSo() throws Exception {
        relay = start(
                1, new Timeouts(Duration.ofSeconds(10), Duration.ofMillis(50), null, null, Duration.ofSeconds(1)));
        try (Socket client = connect();
                Socket upstream = server.accept()) {
            assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketException.class);
            assertThatThrownBy(() -> upstream.getInputStream().read()).isInstanceOf(SocketException.class);
        }
        assertThat(recorder.nextEnded().names()).contains("ProxyEnded IDLE_TIMEOUT");
    }

    @Test
    void urgentDataStaysInTheStream() throws Exception {
        relay = start(1, Timeouts.DEFAULT);
        try (Socket client = connect();
                Socket upstream = server.accept()) {
            client.getOutputStream().write(ascii("ab"));
            client.sendUrgentData('X');
            client.getOutputStream().write(ascii("cd"));
            client.shutdownOutput();
            assertThat(upstream.getInputStream().readAllBytes()).asString().isEqualTo("abXcd");
        }
        assertThat(recorder.nextEnded().of(SessionEvent.UrgentSeen.class)).hasSize(1);
    }

    @Test
    void atTheLimitClientsWaitInTheBacklog() throws Exception {
        RelaySettings settings = settings(2, Timeouts.DEFAULT, List.of(target()));
        relay = start(new RelaySettings(
                settings.routes(),
                settings.engine(),
                settings.loops(),
                OptionalInt.of(1),
                false,
                settings.heldBytesBudget(),
                settings.splice(),
                null));
        Socket first = connect();
        Socket firstUpstream = server.accept();
        try (Socket second = connect()) {
            second.getOutputStream().write(2);
            assertThat(relay.sessions().livingCount()).isEqualTo(1);
            first.close();
            firstUpstream.close();
            try (Socket secondUpstream = server.accept()) {
                assertThat(secondUpstream.getInputStream().read()).isEqualTo(2);
            }
        }
        recorder.nextEnded();
        recorder.nextEnded();
    }

    @Test
    void atTheLimitClientsAreResetWhereTheConfigurationSaysSo() throws Exception {
        RelaySettings settings = settings(1, Timeouts.DEFAULT, List.of(target()));
        relay = start(new RelaySettings(
                settings.routes(),
                settings.engine(),
                settings.loops(),
                OptionalInt.of(1),
                true,
                settings.heldBytesBudget(),
                settings.splice(),
                null));
        try (Socket first = connect();
                Socket upstream = server.accept();
                Socket second = connect()) {
            assertThatThrownBy(() -> second.getInputStream().read()).isInstanceOf(SocketException.class);
            assertThat(recorder.nextEnded().names()).contains("ProxyEnded SESSION_LIMIT", "OutputReset CLIENT");
            first.getOutputStream().write(1);
            assertThat(upstream.getInputStream().read()).isEqualTo(1);
        }
    }

    @Test
    void ipv6ListenersReachIpv4UpstreamsAndTheOtherWayRound() throws Exception {
        RouteSettings route = route(at("::1", 0), List.of(target()), Timeouts.DEFAULT);
        relay = start(settings(1, route));
        try (Socket client = connect();
                Socket upstream = server.accept()) {
            assertThat(client.getInetAddress().getHostAddress()).isEqualTo("0:0:0:0:0:0:0:1");
            client.getOutputStream().write(1);
            assertThat(upstream.getInputStream().read()).isEqualTo(1);
        }
        recorder.nextEnded();
    }

    private RunningRelay start(int loops, Timeouts timeouts) throws RelayStartException {
        return start(settings(loops, timeouts, List.of(target())));
    }

    private RunningRelay start(RelaySettings settings) throws RelayStartException {
        return Relay.start(settings, recorder, new RelayParts(new NumericResolver(), PipeSizer.NONE, List::of));
    }

    private UpstreamTarget target() {
        return new UpstreamTarget("127.0.0.1", server.getLocalPort());
    }

    private static RelaySettings settings(int loops, Timeouts timeouts, List<UpstreamTarget> upstreams) {
        return settings(loops, route(at("127.0.0.1", 0), upstreams, timeouts));
    }

    private static RelaySettings settings(int loops, RouteSettings route) {
        return new RelaySettings(
                List.of(route), RelaySettings.Engine.EPOLL, loops, OptionalInt.empty(), false, 64 << 20, true, null);
    }

    private static RouteSettings route(InetSocketAddress listen, List<UpstreamTarget> upstreams, Timeouts timeouts) {
        return new RouteSettings(
                "test",
                List.of(listen),
                upstreams,
                List.of(),
                List.of(),
                timeouts,
                SocketSettings.DEFAULT,
                SocketSettings.DEFAULT);
    }

    private Socket connect() throws IOException {
        InetSocketAddress listening = listening();
        Socket socket = new Socket();
        socket.connect(listening.getAddress().isAnyLocalAddress() ? at("127.0.0.1", listening.getPort()) : listening);
        return socket;
    }

    private InetSocketAddress listening() {
        return relay.listening().getOrDefault("test", List.of()).get(0);
    }

    private RouteCounters counters() {
        return relay.counters().getOrDefault("test", new RouteCounters("none"));
    }

    private static InetSocketAddress at(String number, int port) {
        return new InetSocketAddress(Objects.requireNonNull(NumericResolver.parse(number)), port);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static void reset(Socket socket) throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    private void awaitPaused() {
        recorder.await(SessionEvent.Paused.class::isInstance);
    }

    private void awaitReceived(long bytes) {
        recorder.awaitSession(session -> session.traffic(Leg.CLIENT).bytesReceived >= bytes);
    }

    private static byte[] noise(int length, int seed) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private static byte[] readSlowly(InputStream in, int length) throws IOException {
        byte[] all = new byte[length];
        int at = 0;
        while (at < length) {
            int read = in.read(all, at, Math.min(30_000, length - at));
            assertThat(read).as("read at %d", at).isPositive();
            at += read;
            Thread.onSpinWait();
        }
        return all;
    }

    private static byte[] readAll(Socket socket) {
        try {
            return socket.getInputStream().readAllBytes();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] readUntilReset(Socket socket, int most) {
        byte[] all = new byte[most + 1];
        int at = 0;
        try {
            while (true) {
                int read = socket.getInputStream().read(all, at, all.length - at);
                if (read < 0) {
                    throw new AssertionError("a clean end after " + at + " bytes");
                }
                at += read;
            }
        } catch (IOException e) {
            return Arrays.copyOf(all, at);
        }
    }

    private static CompletableFuture<Void> inBackground(Action action) {
        return CompletableFuture.runAsync(() -> {
            try {
                action.run();
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private interface Action {
        void run() throws IOException;
    }
}
