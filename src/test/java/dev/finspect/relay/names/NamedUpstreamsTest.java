package dev.finspect.relay.names;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.record.Lookup;
import dev.finspect.record.NameAnswer;
import dev.finspect.record.NameSource;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.resolver.dns.SingletonDnsServerAddressStreamProvider;
import io.netty.util.NetUtil;
import java.io.File;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.DatagramChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class NamedUpstreamsTest {
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final File NO_FILE = new File("/nonexistent/hosts");

    private final MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final EventLoop loop = group.next();
    private final SystemNames system = new SystemNames();
    private final List<NameServers> opened = new ArrayList<>();
    private @Nullable LoopbackNameServer server;

    @BeforeEach
    void startServer() throws InterruptedException {
        server = new LoopbackNameServer(loop);
    }

    @AfterEach
    void stop() throws Exception {
        opened.forEach(NameServers::close);
        server().close();
        system.close();
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
    }

    @Test
    void nameServerAnswersWithAddressesOfBothFamilies() throws Exception {
        server().knows("db.test", 60, "127.0.0.1", "127.0.0.2", "::1");

        Told answer = ask(asking(server().address(), LONG, LONG), "db.test");

        assertThat(answer.addresses()).containsExactly(number("::1"), number("127.0.0.1"), number("127.0.0.2"));
        assertThat(answer.error()).isEmpty();
    }

    @Test
    void answerIsKeptForItsTimeToLive() throws Exception {
        server().knows("db.test", 60, "127.0.0.1");
        NamedUpstreams names = asking(server().address(), LONG, LONG);

        ask(names, "db.test");
        ask(names, "DB.test");

        assertThat(server().questions).hasValue(1);
    }

    @Test
    void answerSaysWhoGaveItAndForHowLongItIsGood() throws Exception {
        server().knows("db.test", 60, "127.0.0.1");
        NamedUpstreams names = asking(server().address(), LONG, LONG);

        Resolved first = requireNonNull(ask(names, "db.test").found());
        Resolved kept = requireNonNull(ask(names, "db.test").found());

        assertThat(first.source()).isEqualTo(NameSource.NAME_SERVER);
        assertThat(first.server()).isEqualTo(server().address());
        assertThat(requireNonNull(first.time()).ttl()).isEqualTo(Duration.ofSeconds(60));
        assertThat(first.time().tookNanos()).isPositive();
        assertThat(kept).isEqualTo(first);
        NameAnswer answer = kept.answer(first.time().answeredAtNanos() + 5);
        assertThat(answer.ageNanos().orNull()).isEqualTo(5);
        assertThat(answer.ttlNanos().orNull()).isEqualTo(60_000_000_000L);
    }

    @Test
    void answerThatIsTooOldIsAskedForAgain() throws Exception {
        server().knows("db.test", 60, "127.0.0.1");
        NamedUpstreams names = asking(server().address(), LONG, LONG);
        ask(names, "db.test");
        server().knows("db.test", 60, "127.0.0.2");

        assertThat(ask(names, "db.test").addresses()).containsExactly(number("127.0.0.1"));
        Told afresh = askLater(names, "db.test", Duration.ZERO).get(60, TimeUnit.SECONDS);

        assertThat(afresh.addresses()).containsExactly(number("127.0.0.2"));
        assertThat(ask(names, "db.test").addresses()).containsExactly(number("127.0.0.2"));
    }

    @Test
    void serverIsKnownWhileItOwesTheAnswer() throws Exception {
        server().knows("db.test", 60, "127.0.0.1");
        server().hold();
        NamedUpstreams names = asking(server().address(), LONG, LONG);
        CompletableFuture<Told> answer = new CompletableFuture<>();
        UpstreamResolver.UnderWay underWay = names.resolve("db.test", UpstreamResolver.ANY_AGE, loop, telling(answer));
        server().awaitQuestion();

        assertThat(underWay.server()).isEqualTo(server().address());
        server().release();
        assertThat(answer.get(60, TimeUnit.SECONDS).addresses()).hasSize(1);
    }

    @Test
    void answerWithNoTimeToLiveIsAskedForAgain() throws Exception {
        server().knows("db.test", 0, "127.0.0.1");
        NamedUpstreams names = asking(server().address(), LONG, LONG);

        ask(names, "db.test");
        ask(names, "db.test");

        assertThat(server().questions).hasValue(2);
    }

    @Test
    void sessionsThatAskAtTheSameTimeShareOneLookUp() throws Exception {
        server().knows("db.test", 0, "127.0.0.1");
        server().hold();
        NamedUpstreams names = asking(server().address(), LONG, LONG);

        List<CompletableFuture<Told>> answers = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            answers.add(askLater(names, "db.test"));
        }
        server().release();

        for (CompletableFuture<Told> answer : answers) {
            assertThat(answer.get(60, TimeUnit.SECONDS).addresses()).hasSize(1);
        }
        assertThat(server().questions).hasValue(1);
    }

    @Test
    void noSuchNameIsToldInWords() throws Exception {
        Told answer = ask(asking(server().address(), LONG, LONG), "nowhere.test");

        assertThat(answer.addresses()).isEmpty();
        assertThat(answer.error())
                .startsWith("name or service not known: nowhere.test")
                .contains("name servers: NXDOMAIN")
                .contains("system: ");
        assertThat(answer.result()).isEqualTo(Lookup.Result.NO_ADDRESS);
    }

    @Test
    void nameServersNeverAnswerAndTheSystemKnowsTheName() throws Exception {
        server().hold();

        Told answer = ask(asking(server().address(), Duration.ofMillis(50), LONG), knownToTheSystem());

        assertThat(answer.addresses()).isNotEmpty();
        assertThat(answer.error()).isEmpty();
    }

    @Test
    void nameServersAreSlowButWin() throws Exception {
        server().knows("db.test", 60, "127.0.0.1");
        server().hold();
        CompletableFuture<Told> answer = askLater(asking(server().address(), Duration.ofMillis(1), LONG), "db.test");
        server().release();

        assertThat(answer.get(60, TimeUnit.SECONDS).addresses()).containsExactly(number("127.0.0.1"));
    }

    @Test
    void nobodyAnswersInTime() throws Exception {
        server().hold();

        Told answer = ask(asking(server().address(), LONG, Duration.ofMillis(100)), "slow.test");

        assertThat(answer.addresses()).isEmpty();
        assertThat(answer.error()).startsWith("looking up slow.test took longer than 100 ms");
        assertThat(answer.result()).isEqualTo(Lookup.Result.NO_ANSWER);
    }

    @Test
    void nobodyListensAtTheNameServersAddress() throws Exception {
        InetSocketAddress closed;
        try (DatagramChannel channel = DatagramChannel.open()) {
            channel.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            closed = (InetSocketAddress) channel.getLocalAddress();
        }

        Told answer = ask(asking(closed, Duration.ofMillis(50), LONG), knownToTheSystem());

        assertThat(answer.addresses()).isNotEmpty();
    }

    @Test
    void machineWithoutNameServersAsksTheSystem() throws Exception {
        assertThat(NameServers.configured(NO_FILE)).isNull();
        NamedUpstreams names = new NamedUpstreams(new HostsFile(NO_FILE, Runnable::run), null, system, LONG, LONG);

        assertThat(ask(names, knownToTheSystem()).addresses()).isNotEmpty();
    }

    @Test
    void resolvConfWithoutServersCountsAsNone(@TempDir Path folder) throws Exception {
        Path empty = Files.writeString(folder.resolve("resolv.conf"), "search example.test\n");
        Path one = Files.writeString(folder.resolve("one.conf"), "nameserver 127.0.0.53\n");

        assertThat(NameServers.configured(empty.toFile())).isNull();
        assertThat(NameServers.configured(one.toFile())).isNotNull();
    }

    @Test
    void numbersAreNeverLookedUp() throws Exception {
        NamedUpstreams names = asking(server().address(), LONG, LONG);

        for (String number : List.of("127.0.0.1", "::1", "2001:db8::5")) {
            Told answer = ask(names, number);
            assertThat(answer.addresses()).containsExactly(number(number));
        }
        assertThat(server().questions).hasValue(0);
    }

    @Test
    void hostsFileComesBeforeTheNameServers(@TempDir Path folder) throws Exception {
        Path hosts = Files.writeString(folder.resolve("hosts"), "127.0.0.9 Db.test other\n::1 db.test # both\n");
        server().knows("db.test", 60, "127.0.0.1");
        NamedUpstreams names = new NamedUpstreams(
                new HostsFile(hosts.toFile(), Runnable::run), servers(server().address()), system, LONG, LONG);

        Told answer = ask(names, "db.test");

        assertThat(answer.addresses()).containsExactlyInAnyOrder(number("127.0.0.9"), number("::1"));
        assertThat(server().questions).hasValue(0);
    }

    @Test
    void localhostNeverLeavesTheMachine() throws Exception {
        NamedUpstreams names = asking(server().address(), LONG, LONG);

        assertThat(ask(names, "localhost").addresses()).allMatch(InetAddress::isLoopbackAddress);
        assertThat(ask(names, "web.localhost").addresses()).allMatch(InetAddress::isLoopbackAddress);
        assertThat(server().questions).hasValue(0);
    }

    @Test
    void resolverOfThisMachineKnowsLocalhost() throws Exception {
        try (NamedUpstreams names = NamedUpstreams.ofMachine(List.of("localhost"))) {
            assertThat(ask(names, "localhost").addresses()).isNotEmpty();
        }
    }

    @Test
    void resolverIsClosedWhileALookUpWaits() throws Exception {
        server().hold();
        NamedUpstreams names = asking(server().address(), LONG, LONG);
        CompletableFuture<Told> answer = askLater(names, "db.test");
        server().awaitQuestion();
        names.close();

        assertThat(answer.get(60, TimeUnit.SECONDS).error())
                .isEqualTo("looking up db.test was given up: finspect is stopping");
        assertThat(ask(names, "other.test").error()).contains("finspect is stopping");
    }

    @Test
    void addressesWithoutRouteComeLast() throws Exception {
        InetAddress loopback = number("127.0.0.1");
        InetAddress unroutable = number("255.255.255.255");
        assertThat(AddressOrder.sorted(List.of(loopback, loopback))).containsExactly(loopback);
        assertThat(AddressOrder.sorted(List.of(unroutable, loopback)).get(0)).isEqualTo(loopback);
    }

    private record Told(
            List<InetAddress> addresses,
            String error,
            Lookup.Result result,
            @Nullable Resolved found) {}

    private static InetAddress number(String address) {
        return requireNonNull(NetUtil.createInetAddressFromIpAddressString(address));
    }

    /** A short form of 127.0.0.1 that only the system's resolver takes: it knows this "name" on every machine. */
    private static String knownToTheSystem() {
        return "127.1";
    }

    private NamedUpstreams asking(InetSocketAddress nameServer, Duration systemAfter, Duration patience) {
        return new NamedUpstreams(
                new HostsFile(NO_FILE, Runnable::run), servers(nameServer), system, systemAfter, patience);
    }

    private NameServers servers(InetSocketAddress nameServer) {
        NameServers servers = new NameServers(new SingletonDnsServerAddressStreamProvider(nameServer));
        opened.add(servers);
        return servers;
    }

    private Told ask(NamedUpstreams names, String host) throws Exception {
        return askLater(names, host).get(60, TimeUnit.SECONDS);
    }

    private CompletableFuture<Told> askLater(NamedUpstreams names, String host) {
        return askLater(names, host, UpstreamResolver.ANY_AGE);
    }

    private CompletableFuture<Told> askLater(NamedUpstreams names, String host, Duration oldest) {
        CompletableFuture<Told> answer = new CompletableFuture<>();
        names.resolve(host, oldest, loop, telling(answer));
        return answer;
    }

    private UpstreamResolver.Callback telling(CompletableFuture<Told> answer) {
        return new UpstreamResolver.Callback() {
            @Override
            public void resolved(Resolved found) {
                tell(new Told(found.addresses(), "", Lookup.Result.ANSWERED, found));
            }

            @Override
            public void unresolved(Lookup.Result result, String error) {
                tell(new Told(List.of(), error, result, null));
            }

            private void tell(Told told) {
                if (!loop.inEventLoop() || !answer.complete(told)) {
                    answer.obtrudeException(new AssertionError("not once and on the loop: " + told));
                }
            }
        };
    }

    private LoopbackNameServer server() {
        return requireNonNull(server);
    }
}
