package dev.finspect.cli.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.finspect.cli.config.Addresses;
import dev.finspect.cli.config.Config;
import dev.finspect.cli.config.ConfigReader;
import dev.finspect.cli.config.Located;
import dev.finspect.cli.config.Location;
import dev.finspect.cli.config.Overrides;
import dev.finspect.cli.process.CommandFailure;
import dev.finspect.relay.RelaySettings;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The parts of a start that can be tried without a process. */
final class ProxyStartTest {
    @TempDir
    private Path directory;

    @Test
    void thePortFileNamesEveryListenerInOrderAndLeavesNoDraft() throws Exception {
        Map<String, List<InetSocketAddress>> listening = new LinkedHashMap<>();
        listening.put("web", List.of(at(2), at(1)));
        listening.put("db", List.of(at(3)));
        Path file = directory.resolve("ports");
        PortFile.write(file, listening, Optional.of(at(4)));
        assertThat(file).hasContent("web=2\nweb=1\ndb=3\n@admin=4\n");
        PortFile.write(file, listening, Optional.empty());
        assertThat(file).hasContent("web=2\nweb=1\ndb=3\n");
        try (var files = Files.list(directory)) {
            assertThat(files).containsExactly(file);
        }
        assertThatThrownBy(() -> PortFile.write(directory.resolve("no/ports"), listening, Optional.empty()))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("Name a file in an existing directory");
    }

    @Test
    void thePortFileGoesAtTheEndUnlessAnotherProcessHasWrittenItsOwn() throws Exception {
        Path file = directory.resolve("ports");
        Map<String, List<InetSocketAddress>> listening = Map.of("db", List.of(at(3)));
        PortFile first = PortFile.write(file, listening, Optional.empty());
        PortFile second = PortFile.write(file, listening, Optional.of(at(4)));
        first.close();
        assertThat(file).exists();
        second.close();
        assertThat(file).doesNotExist();
        second.close();
    }

    @Test
    void sessionsThatFitButCannotAllSpliceAreWarnedOf() throws Exception {
        Config hundred = config("--sessions", "limits.sessions", "100");
        assertThat(DescriptorBudget.of(hundred, 327).problem()).isPresent();
        assertThat(DescriptorBudget.of(hundred, 328).problem()).isEmpty();
        assertThat(DescriptorBudget.of(hundred, 583).warning(hundred.relay()))
                .hasValueSatisfying(w -> assertThat(w).contains("584 descriptors are enough"));
        assertThat(DescriptorBudget.of(hundred, 584).warning(hundred.relay())).isEmpty();
    }

    @Test
    void fewDescriptorsAreWarnedOfWhereNoLimitIsSet() throws Exception {
        Config endless = config("--sessions", "limits.sessions", "off");
        assertThat(DescriptorBudget.of(endless, 129).problem())
                .hasValueSatisfying(c -> assertThat(c.toString()).contains("no session fits", "ulimit -n 130"));
        assertThat(DescriptorBudget.of(endless, 130).problem()).isEmpty();
        assertThat(DescriptorBudget.of(endless, 1024).warning(endless.relay()))
                .hasValueSatisfying(w -> assertThat(w).contains("enough for 404 concurrent sessions"));
        assertThat(DescriptorBudget.of(endless, Long.MAX_VALUE).warning(endless.relay()))
                .isEmpty();
    }

    @Test
    void sessionsAndPipesNeverNeedMoreDescriptorsThanThereAre() throws Exception {
        Config endless = config("--sessions", "limits.sessions", "off");
        for (long limit : new long[] {130, 200, 256, 1024, 4096, 1 << 20, Long.MAX_VALUE}) {
            DescriptorBudget budget = DescriptorBudget.of(endless, limit);
            assertThat(budget.reserve()).isGreaterThanOrEqualTo(DescriptorBudget.RESERVE);
            assertThat(budget.sessions() * 2 + budget.pipes() * 2 + budget.reserve())
                    .isBetween(limit - 1, limit);
            RelaySettings held = budget.apply(endless.relay());
            assertThat(held.maxSessions()).hasValue((int) Math.min(Integer.MAX_VALUE, budget.sessions()));
            assertThat(held.pipes()).isEqualTo((int) budget.pipes());
        }
    }

    @Test
    void addressesAreShownInTheirShortestForm() throws Exception {
        assertThat(Addresses.shown(new InetSocketAddress(NetUtil.LOCALHOST6, 80)))
                .isEqualTo("[::1]:80");
        assertThat(Addresses.shown(
                        InetAddress.getByAddress(NetUtil.createByteArrayFromIpAddressString("2001:db8:0:0:1:0:0:1"))))
                .isEqualTo("2001:db8::1:0:0:1");
        assertThat(Addresses.shown(InetAddress.getByAddress(new byte[] {127, 0, 0, 2})))
                .isEqualTo("127.0.0.2");
    }

    @Test
    void whyAnAddressCannotBeListenedOnIsSaidInWords() {
        InetSocketAddress low = new InetSocketAddress(InetAddress.getLoopbackAddress(), 80);
        assertThat(Listeners.explain("route 'x'", low, "Permission denied"))
                .contains("cannot listen on 127.0.0.1:80 for route 'x'", "CAP_NET_BIND_SERVICE");
        assertThat(Listeners.explain("route 'x'", low, "Protocol not supported"))
                .isEqualTo(
                        "cannot listen on 127.0.0.1:80 for route 'x': Protocol not supported. Choose another address.");
    }

    @Test
    void aSignalIsHandledInThePlaceOfWhatTheJvmDoes() throws Exception {
        CountDownLatch came = new CountDownLatch(1);
        // WINCH is ignored by default: nothing else in this process listens to it, and a mistake harms nobody.
        assertThat(SignalHandlers.handle("WINCH", came::countDown)).isTrue();
        new ProcessBuilder(
                        "kill", "-WINCH", String.valueOf(ProcessHandle.current().pid()))
                .start()
                .waitFor();
        came.await();
        assertThat(SignalHandlers.handle("NOSUCH", () -> {})).isFalse();
    }

    private static InetSocketAddress at(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    private static Config config(String flag, String path, String value) throws Exception {
        Config config = ConfigReader.ofRoute(
                new Located<>("db", Location.of("--name")),
                List.of(new Located<>("127.0.0.1:0", Location.of("--listen"))),
                List.of(new Located<>("a:1", Location.of("--upstream"))),
                new Overrides(Map.of()).flag(flag, path, value));
        assertThat(config.drain()).isEqualTo(Duration.ofSeconds(30));
        return config;
    }
}
