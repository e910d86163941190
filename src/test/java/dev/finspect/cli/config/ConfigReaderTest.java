package dev.finspect.cli.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.finspect.diagnose.Expectation;
import dev.finspect.metrics.OtlpSettings;
import dev.finspect.relay.ClosePolicy;
import dev.finspect.relay.EngineChoice;
import dev.finspect.relay.Interception;
import dev.finspect.relay.Network;
import dev.finspect.relay.PortRange;
import dev.finspect.relay.ProxyProtocol;
import dev.finspect.relay.RouteSettings;
import dev.finspect.relay.SocketSettings;
import dev.finspect.relay.Timeouts;
import dev.finspect.relay.TlsChoice;
import dev.finspect.relay.UpstreamTarget;
import dev.finspect.session.watch.DiagnosisSettings;
import dev.finspect.wire.filter.FilterMode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ConfigReaderTest {
    private static final String ROUTE = "routes: [{name: db, listen: ':1', upstream: 'db:2'}]\n";

    @TempDir
    private Path directory;

    @Test
    void everythingHasItsDefaultBesideOneRoute() throws Exception {
        Config config = read(ROUTE, Map.of());

        assertThat(config.admin().listen()).contains(new InetSocketAddress(ip("127.0.0.1"), 9600));
        assertThat(config.admin().explicit()).isFalse();
        assertThat(config.log()).isEqualTo(new Config.Log(Optional.empty(), Optional.empty(), 64L << 20, 5));
        assertThat(config.drain()).isEqualTo(Duration.ofSeconds(30));
        assertThat(config.history()).isEqualTo(1000);
        assertThat(config.warmUp()).isZero();
        assertThat(config.relay().maxSessions()).isEmpty();
        assertThat(config.relay().rejectWhenFull()).isFalse();
        assertThat(config.relay().heldBytesBudget()).isEqualTo(32L << 20);
        assertThat(config.relay().loops()).isZero();
        assertThat(config.relay().engine()).isEqualTo(EngineChoice.AUTO);
        assertThat(config.relay().splice()).isTrue();
        assertThat(config.relay().progressInterval()).isEqualTo(Duration.ofSeconds(60));
        RouteSettings route = config.route(0);
        assertThat(route.upstreams()).containsExactly(new UpstreamTarget("db", 2));
        assertThat(route.listen()).singleElement().satisfies(a -> {
            assertThat(a.getAddress().isAnyLocalAddress()).isTrue();
            assertThat(a.getPort()).isEqualTo(1);
        });
        assertThat(route.timeouts()).isEqualTo(Timeouts.DEFAULT);
        assertThat(route.clientSocket()).isEqualTo(SocketSettings.DEFAULT);
        assertThat(route.upstreamSocket()).isEqualTo(SocketSettings.DEFAULT);
    }

    @Test
    void everyKeyReachesItsSetting() throws Exception {
        Config config = read("""
            admin: {listen: "[::1]:9601"}
            log: {format: text, file: a.log, max_size: 1MiB, keep: 0, progress_interval: off}
            limits: {sessions: 10, when_full: reject, held_bytes: 2MiB}
            loops: 3
            engine: nio
            splice: false
            drain: 0s
            history: 0
            warm_up: 300
            routes:
            - name: web
              listen: [127.0.0.1:1, 'localhost:2']
              upstream: [A.example:3, '[fe00::1]:4']
              clients: {allow: [10.0.0.0/8, '::1'], refuse: 10.1.0.0/16}
              timeouts: {connect: 500ms, idle: 1m, half_close: 2h, first_byte: 1d, reset_delivery: 0s}
              socket: {no_delay: false, keep_alive: 10s, receive_buffer: 64k, mark: 0xffffffff}
              client_socket: {keep_alive: off, send_buffer: 1g}
              upstream_socket: {no_delay: true, congestion_control: reno, mark: 7}
            """, Map.of());

        assertThat(config.admin().listen()).contains(new InetSocketAddress(ip("::1"), 9601));
        assertThat(config.admin().explicit()).isTrue();
        assertThat(config.log())
                .isEqualTo(
                        new Config.Log(Optional.of(Config.Log.Format.TEXT), Optional.of(Path.of("a.log")), 1 << 20, 0));
        assertThat(config.log().lines()).isEqualTo(Config.Log.Lines.STANDARD);
        assertThat(config.drain()).isZero();
        assertThat(config.history()).isZero();
        assertThat(config.warmUp()).isEqualTo(300);
        assertThat(config.relay().maxSessions()).isEqualTo(OptionalInt.of(10));
        assertThat(config.relay().rejectWhenFull()).isTrue();
        assertThat(config.relay().heldBytesBudget()).isEqualTo(2 << 20);
        assertThat(config.relay().loops()).isEqualTo(3);
        assertThat(config.relay().engine()).isEqualTo(EngineChoice.NIO);
        assertThat(config.relay().splice()).isFalse();
        assertThat(config.relay().progressInterval()).isNull();
        assertThat(config.route(0))
                .isEqualTo(new RouteSettings(
                        "web",
                        List.of(new InetSocketAddress(ip("127.0.0.1"), 1), new InetSocketAddress(ip("127.0.0.1"), 2)),
                        List.of(new UpstreamTarget("a.example", 3), new UpstreamTarget("fe00::1", 4)),
                        List.of(new Network(ip("10.0.0.0"), 8), new Network(ip("::1"), 128)),
                        List.of(new Network(ip("10.1.0.0"), 16)),
                        new Timeouts(
                                Duration.ofMillis(500),
                                Duration.ofMinutes(1),
                                Duration.ofHours(2),
                                Duration.ofDays(1),
                                Duration.ZERO),
                        new SocketSettings(false, null, 64 << 10, 1 << 30, null, -1),
                        new SocketSettings(true, Duration.ofSeconds(10), 64 << 10, null, "reno", 7),
                        ClosePolicy.PROPAGATE,
                        DiagnosisSettings.STANDARD,
                        Interception.NONE,
                        ProxyProtocol.NONE,
                        TlsChoice.OFF));
    }

    @Test
    void tlsIsLookedAtOnlyWhereARouteAsksForIt() throws Exception {
        assertThat(read(ROUTE, Map.of()).route(0).tls()).isEqualTo(TlsChoice.OFF);
        String yaml = "routes: [{name: a, listen: ':1', upstream: 'db:2', tls: %s, diagnosis: {tls_handshake: 2s}}]\n";
        Config config = read(yaml.formatted("observe"), Map.of());
        assertThat(config.route(0).tls()).isEqualTo(TlsChoice.OBSERVE);
        assertThat(config.route(0).diagnosis().thresholds().tlsHandshake()).isEqualTo(Duration.ofSeconds(2));
        assertThat(read(yaml.formatted("off"), Map.of()).route(0).tls()).isEqualTo(TlsChoice.OFF);
    }

    @Test
    void aFlagIsStrongerThanTheEnvironmentAndThatThanTheFile() throws Exception {
        Map<String, String> environment = Map.of(
                "FINSPECT_LOOPS", "2", "FINSPECT_DRAIN", "2s", "FINSPECT_ADMIN_LISTEN", "off", "FINSPECT_ENGINE", " ");
        Overrides overrides = new Overrides(environment).flag("--loops", "loops", "3");
        String yaml = """
            loops: 1
            drain: 1s
            engine: nio
            admin: {listen: '127.0.0.1:1'}
            routes: [{name: db, listen: ':5', upstream: 'db:2'}]
            """;
        Config config = ConfigReader.ofText("c", yaml, overrides);

        assertThat(config.relay().loops()).isEqualTo(3);
        assertThat(config.drain()).isEqualTo(Duration.ofSeconds(2));
        assertThat(config.admin().listen()).isEmpty();
        assertThat(config.relay().engine())
                .as("an empty variable counts as not set")
                .isEqualTo(EngineChoice.NIO);
    }

    @Test
    void adminOffInTheFileIsUndoneByAFlag() throws Exception {
        assertThat(read("admin: off\n" + ROUTE, Map.of()).admin().listen()).isEmpty();
        Overrides flag = new Overrides(Map.of()).flag("--admin", "admin.listen", "127.0.0.1:7");
        assertThat(ConfigReader.ofText("c", "admin: off\n" + ROUTE, flag)
                        .admin()
                        .listen())
                .contains(new InetSocketAddress(ip("127.0.0.1"), 7));
    }

    @Test
    void aComplaintOfAVariableNamesTheVariable() {
        assertThatThrownBy(() -> read(ROUTE, Map.of("FINSPECT_LOOPS", "x")))
                .hasMessage("FINSPECT_LOOPS: loops: 'x' is not a whole number. Write a number from 1 to 256.");
    }

    @Test
    void flagsThatCannotBeReadAreTheCommandLinesFault() {
        Location listen = Location.of("--listen");
        ConfigException e = catchThrowableOfType(
                ConfigException.class,
                () -> ConfigReader.ofRoute(
                        new Located<>("db", Location.of("--name")),
                        List.of(new Located<>("nowhere", listen)),
                        List.of(new Located<>("db:1", Location.of("--upstream"))),
                        new Overrides(Map.of())));
        assertThat(e)
                .hasMessage("--listen: listen: 'nowhere' has no port. Write HOST:PORT, for example 127.0.0.1:15432.");
        assertThat(e.isUsage()).isTrue();
    }

    @Test
    void aLoopOutOfFlagsIsTheConfigurationsFault() {
        Located<String> same = new Located<>("127.0.0.1:1", Location.of("--listen"));
        ConfigException e = catchThrowableOfType(
                ConfigException.class,
                () -> ConfigReader.ofRoute(same, List.of(same), List.of(same), new Overrides(Map.of())));
        assertThat(e).isNotNull();
        e = catchThrowableOfType(
                ConfigException.class,
                () -> ConfigReader.ofRoute(
                        new Located<>("db", Location.of("--name")),
                        List.of(same),
                        List.of(same),
                        new Overrides(Map.of())));
        assertThat(e).hasMessageContaining("an endless loop");
        assertThat(e.isUsage()).isFalse();
    }

    @Test
    void wildcardListenersReachEveryAddressOfThisMachineAndNoOther() throws Exception {
        InetSocketAddress both = new InetSocketAddress(ip("::"), 1);
        InetSocketAddress four = new InetSocketAddress(ip("0.0.0.0"), 1);
        assertThat(AddressConflicts.reaches(ip("127.0.0.9"), both)).isTrue();
        assertThat(AddressConflicts.reaches(ip("::1"), both)).isTrue();
        assertThat(AddressConflicts.reaches(ip("::1"), four)).isFalse();
        assertThat(AddressConflicts.reaches(ip("192.0.2.1"), both)).isFalse();
        InetSocketAddress one = new InetSocketAddress(ip("127.0.0.1"), 1);
        assertThat(AddressConflicts.reaches(ip("127.0.0.2"), one)).isFalse();
    }

    @Test
    void anUpstreamThatResolvesToAListenerIsALoop() throws Exception {
        Config config = read("routes: [{name: db, listen: '127.0.0.1:2', upstream: 'db:2'}]", Map.of());
        assertThat(AddressConflicts.of(config, target -> List.of(InetAddress.getLoopbackAddress())))
                .singleElement()
                .satisfies(c -> assertThat(c.location()).isEqualTo(new Location("c", 1, 54)));
    }

    @Test
    void aFileThatIsNoneIsToldSo() throws IOException {
        assertThatThrownBy(() -> ConfigReader.ofFile(directory, new Overrides(Map.of())))
                .hasMessage(directory + ": is a directory. Name a file in that directory.");
        Path missing = directory.resolve("missing.yaml");
        assertThatThrownBy(() -> ConfigReader.ofFile(missing, new Overrides(Map.of())))
                .hasMessageStartingWith(missing + ": no such file. ");
        assertThatThrownBy(() -> ofBytes(new byte[0]))
                .hasMessageEndingWith(
                        "c.yaml:1:1: the file is empty (0 bytes). Add 'routes:' and a route; see config/finspect.yaml for an example.");
        assertThatThrownBy(() -> ofBytes(new byte[(1 << 20) + 1])).hasMessageContaining("is longer than 1 MiB");
        assertThatThrownBy(() -> ofBytes("loops: 1\nab\0".getBytes(StandardCharsets.UTF_8)))
                .hasMessageContaining("c.yaml:2:3: byte 0x00 is not UTF-8 text");
        assertThatThrownBy(() -> ofBytes(new byte[] {'a', '\n', 'b', (byte) 0xff, 'c'}))
                .hasMessageContaining("c.yaml:2:2: byte 0xff is not UTF-8 text");
        assertThatThrownBy(() -> ofBytes(ROUTE.getBytes(StandardCharsets.UTF_16)))
                .hasMessageContaining("c.yaml:1:1: byte 0xfe is not UTF-8 text");
    }

    @Test
    void aByteOrderMarkIsNoTrouble() throws Exception {
        assertThat(ofBytes(("\ufeff" + ROUTE).getBytes(StandardCharsets.UTF_8))
                        .route(0)
                        .name())
                .isEqualTo("db");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void mutilatedFilesEndInComplaintsOnly(long seed) throws IOException {
        byte[] good = Files.readAllBytes(Path.of("config/finspect.yaml"));
        Random random = new Random(seed);
        for (int round = 0; round < 500; round++) {
            byte[] bad = good.clone();
            for (int i = random.nextInt(1, 6); i > 0; i--) {
                bad[random.nextInt(bad.length)] = (byte) random.nextInt(256);
            }
            try {
                assertThat(ofBytes(bad).relay().routes()).isNotEmpty();
            } catch (ConfigException e) {
                assertThat(e.problems()).isNotEmpty();
            }
        }
    }

    @Test
    void theExampleIsGoodAndTheDefaultsItStatesAreTrue() throws Exception {
        Config example = ConfigReader.ofFile(Path.of("config/finspect.yaml"), new Overrides(Map.of()));
        Config bare = read(ROUTE, Map.of());
        assertThat(example.log()).isEqualTo(bare.log());
        assertThat(example.drain()).isEqualTo(bare.drain());
        assertThat(example.history()).isEqualTo(bare.history());
        assertThat(example.warmUp()).isEqualTo(bare.warmUp());
        assertThat(example.admin().listen()).isEqualTo(bare.admin().listen());
        assertThat(example.relay())
                .usingRecursiveComparison()
                .ignoringFields("routes")
                .isEqualTo(bare.relay());
        assertThat(example.route(1).timeouts()).isEqualTo(Timeouts.DEFAULT);
        assertThat(example.route(1).clientSocket()).isEqualTo(SocketSettings.DEFAULT);
    }

    @Test
    void captureIsLifecycleUnlessSomebodySaysOtherwise() throws ConfigException {
        String routes = """
            routes:
              - {name: a, listen: ":1", upstream: "h:2"}
              - {name: b, listen: ":3", upstream: "h:2", capture: headers}
            """;
        assertThat(captured("routes: [{name: a, listen: \":1\", upstream: \"h:2\"}]"))
                .isEqualTo(new Config.Capture(
                        List.of(FilterMode.LIFECYCLE), false, 8 << 20, Optional.empty(), KernelTraceChoice.OFF));
        assertThat(captured(routes))
                .isEqualTo(new Config.Capture(
                        List.of(FilterMode.LIFECYCLE, FilterMode.HEADERS),
                        true,
                        8 << 20,
                        Optional.empty(),
                        KernelTraceChoice.OFF));
        assertThat(captured("capture: off\n" + routes).modes()).containsExactly(FilterMode.OFF, FilterMode.HEADERS);
        assertThat(captured("capture: {mode: headers, ring: 1MiB}\n" + routes))
                .isEqualTo(new Config.Capture(
                        List.of(FilterMode.HEADERS, FilterMode.HEADERS),
                        true,
                        1 << 20,
                        Optional.empty(),
                        KernelTraceChoice.OFF));
        Overrides flag = new Overrides(Map.of("FINSPECT_CAPTURE_MODE", "headers"));
        flag.flag("--capture", "routes[].capture", "off");
        assertThat(ConfigReader.ofText("c", routes, flag).capture().any()).isFalse();
    }

    private static Config.Capture captured(String yaml) throws ConfigException {
        return read(yaml, Map.of()).capture();
    }

    @Test
    void thePageTellsOfEveryKeyAndOfNoOther() throws IOException {
        String page = Files.readString(Path.of("src/site/markdown/configuration.md"));
        TreeSet<String> told = new TreeSet<>();
        Pattern.compile("^\\| `([a-z_.\\[\\]]+)` \\|", Pattern.MULTILINE)
                .matcher(page)
                .results()
                .forEach(m -> told.add(m.group(1)));
        TreeSet<String> leaves = new TreeSet<>(ConfigReader.knownPaths());
        leaves.removeIf(path -> ConfigReader.knownPaths().stream().anyMatch(p -> p.startsWith(path + ".")));
        assertThat(told).containsExactlyElementsOf(leaves);
    }

    private Config ofBytes(byte[] bytes) throws IOException, ConfigException {
        Path file = directory.resolve("c.yaml");
        Files.write(file, bytes);
        return ConfigReader.ofFile(file, new Overrides(Map.of()));
    }

    @Test
    void routeCanSayWhetherItsClientsExpectAnswers() throws Exception {
        for (Expectation each : Expectation.values()) {
            String yaml = "routes: [{name: a, listen: ':1', upstream: 'db:2', answers: " + each.label() + "}]\n";
            assertThat(read(yaml, Map.of()).route(0).diagnosis().answers()).isEqualTo(each);
        }
        assertThat(read(ROUTE, Map.of()).route(0).diagnosis().answers()).isEqualTo(Expectation.LEARN);
    }

    @Test
    void routeCanIntercept() throws Exception {
        RouteSettings route = read(
                        "routes: [{name: a, listen: ':1', mode: tproxy, upstream: original, keep_client_address: true,"
                                + " destinations: {networks: [10.0.0.0/8], ports: [80, 8000-8100]}}]\n",
                        Map.of())
                .route(0);
        assertThat(route.upstreams()).containsExactly(UpstreamTarget.ORIGINAL);
        assertThat(route.interception())
                .isEqualTo(new Interception(
                        Interception.Mode.TPROXY,
                        true,
                        List.of(new Network(ip("10.0.0.0"), 8)),
                        List.of(new PortRange(80, 80), new PortRange(8000, 8100))));
        assertThat(read(ROUTE, Map.of()).route(0).interception()).isEqualTo(Interception.NONE);
    }

    private static Config read(String yaml, Map<String, String> environment) throws ConfigException {
        return ConfigReader.ofText("c", yaml, new Overrides(environment));
    }

    private static InetAddress ip(String number) throws InvalidValueException {
        return Addresses.numeric(number).orElseThrow();
    }

    @Test
    void theLogsLinesAreThoseOfItsKeysOrVariables() throws Exception {
        String route = "routes: [{name: a, listen: ':1', upstream: 'a:1'}]\n";
        Config.Log.Lines written = read(
                        "log: {detail: full, only: not clean or duration>10s, sample: 100, instance: db-1}\n" + route,
                        Map.of())
                .log()
                .lines();
        assertThat(written)
                .isEqualTo(new Config.Log.Lines(
                        Config.Log.Detail.FULL, Optional.of("not clean or duration>10s"), 100, Optional.of("db-1")));
        Map<String, String> environment = Map.of(
                "FINSPECT_LOG_DETAIL", "full",
                "FINSPECT_LOG_ONLY", "finding:*",
                "FINSPECT_LOG_SAMPLE", "off",
                "FINSPECT_LOG_INSTANCE", "db-2");
        assertThat(read(route, environment).log().lines())
                .isEqualTo(
                        new Config.Log.Lines(Config.Log.Detail.FULL, Optional.of("finding:*"), 0, Optional.of("db-2")));
    }

    @Test
    void metersCanBeSentByOtlp() throws Exception {
        String route = "\nroutes: [{name: a, listen: ':1', upstream: 'h:2'}]\n";
        assertThat(read(route, Map.of()).otlp()).isEmpty();
        assertThat(read("otlp: off" + route, Map.of()).otlp()).isEmpty();
        assertThat(read("otlp: {url: 'http://h:4318'}" + route, Map.of()).otlp())
                .contains(new OtlpSettings(
                        URI.create("http://h:4318/v1/metrics"), Duration.ofSeconds(60), Map.of(), Map.of()));
        assertThat(read(
                                "otlp: {url: 'https://h/in?key=1', interval: 5s, headers: {Authorization: Bearer x},"
                                        + " resource: {service.name: s, host.name: t}}" + route,
                                Map.of())
                        .otlp())
                .contains(new OtlpSettings(
                        URI.create("https://h/in?key=1"),
                        Duration.ofSeconds(5),
                        Map.of("Authorization", "Bearer x"),
                        Map.of("service.name", "s", "host.name", "t")));
    }
}
