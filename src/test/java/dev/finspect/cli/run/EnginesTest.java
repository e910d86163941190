package dev.finspect.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.relay.ClosePolicy;
import dev.finspect.relay.EngineChoice;
import dev.finspect.relay.Interception;
import dev.finspect.relay.LoopFailure;
import dev.finspect.relay.PipeSizer;
import dev.finspect.relay.ProxyProtocol;
import dev.finspect.relay.Relay;
import dev.finspect.relay.RelayParts;
import dev.finspect.relay.RelaySettings;
import dev.finspect.relay.RelayStartException;
import dev.finspect.relay.RouteSettings;
import dev.finspect.relay.RunningRelay;
import dev.finspect.relay.SocketSettings;
import dev.finspect.relay.Timeouts;
import dev.finspect.relay.TlsChoice;
import dev.finspect.relay.UpstreamTarget;
import dev.finspect.relay.names.NumericResolver;
import dev.finspect.session.SessionSink;
import dev.finspect.session.watch.DiagnosisSettings;
import dev.finspect.session.watch.PeerSockets;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Which data path is taken where Netty's native library loads, and where it does not. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "elsewhere there is only one")
final class EnginesTest {
    private static final String NO_NATIVE = "-Dio.netty.transport.noNative=true";

    @Test
    void autoIsEpollOnLinux() throws Exception {
        assertThat(startedOn("AUTO")).isEqualTo("epoll");
    }

    @Test
    void autoIsNioWhereTheNativeLibraryDoesNotLoad() throws Exception {
        assertThat(startedOn("AUTO", NO_NATIVE)).isEqualTo("nio");
    }

    @Test
    void epollThatWasAskedForIsNotSilentlyReplaced() throws Exception {
        assertThat(startedOn("EPOLL", NO_NATIVE))
                .startsWith("ENGINE_UNAVAILABLE: the epoll engine does not run here")
                .contains("Use engine auto or nio");
    }

    private static String startedOn(String engine, String... options) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(options));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), EnginesTest.class.getName(), engine));
        Process java = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String said = new String(java.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(java.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return said.lines().reduce((first, last) -> last).orElse("");
    }

    /** Starts a relay on the engine of this name and prints which it runs on, or why it does not. */
    public static void main(String[] args) throws Exception {
        RouteSettings route = new RouteSettings(
                "test",
                List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)),
                List.of(new UpstreamTarget("127.0.0.1", 9)),
                List.of(),
                List.of(),
                Timeouts.DEFAULT,
                SocketSettings.DEFAULT,
                SocketSettings.DEFAULT,
                ClosePolicy.PROPAGATE,
                DiagnosisSettings.STANDARD,
                Interception.NONE,
                ProxyProtocol.NONE,
                TlsChoice.OFF);
        RelaySettings settings = new RelaySettings(
                List.of(route), EngineChoice.valueOf(args[0]), 1, OptionalInt.empty(), false, 1 << 20, true, null);
        try {
            RunningRelay relay = Relay.start(
                    Engines.of(settings.engine()),
                    settings,
                    new SessionSink() {},
                    RelayParts.of(
                            new NumericResolver(), PipeSizer.NONE, List::of, LoopFailure.RETHROW, PeerSockets.NONE));
            System.out.println(relay.engineName());
            relay.drain(Duration.ZERO).get(60, TimeUnit.SECONDS);
        } catch (RelayStartException e) {
            System.out.println(e.kind() + ": " + e.getMessage());
        }
    }
}
