package dev.finspect.kernel.counters;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.session.explain.KernelCount;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What the tables of the kernel say, and how it grew. */
final class KernelCountersTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    @TempDir
    Path folder;

    @Test
    void tablesOfPairsAreReadOfTcpAlone() {
        assertThat(CounterText.pairs(List.of(
                        "TcpExt: SyncookiesSent ListenOverflows",
                        "TcpExt: 3 12",
                        "IpExt: InCsumErrors",
                        "IpExt: 99",
                        "Tcp: MaxConn InCsumErrors",
                        "Tcp: -1 4")))
                .isEqualTo(Map.of("SyncookiesSent", 3L, "ListenOverflows", 12L, "MaxConn", -1L, "InCsumErrors", 4L));
    }

    @Test
    void tablesOfProcessorsAreSummedUp() {
        assertThat(CounterText.processors(List.of(
                        "entries  clashres insert_failed drop early_drop",
                        "00000003  00000000 00000000 0000000a 00000001",
                        "00000003  00000000 00000002 00000006 00000000")))
                .containsEntry("conntrack_drop", 16L)
                .containsEntry("conntrack_early_drop", 1L)
                .containsEntry("conntrack_insert_failed", 2L);
        assertThat(CounterText.processors(List.of())).isEmpty();
    }

    @Test
    void whatIsNoNumberIsLeftOut() {
        assertThat(CounterText.pairs(List.of("TcpExt: A B", "TcpExt: x 2", "TcpExt: alone")))
                .isEqualTo(Map.of("B", 2L));
    }

    @Test
    void growthIsReportedInTheKernelsNamesAndInWords() throws IOException {
        try (KernelCounters counters = new KernelCounters(folder)) {
            netstat(5, 100);
            counters.read(10 * SECOND);
            netstat(5, 101);
            counters.read(11 * SECOND);
            netstat(8, 101);
            counters.read(20 * SECOND);
            assertThat(counters.between(19 * SECOND, 30 * SECOND))
                    .as("from a second before on, since a reading is late")
                    .isEmpty();
            assertThat(counters.between(12 * SECOND, 30 * SECOND))
                    .containsExactlyInAnyOrder(
                            new KernelCount("ListenOverflows", WatchedCounter.LISTEN_OVERFLOWS.words(), 3),
                            new KernelCount("TCPTimeouts", WatchedCounter.TIMEOUTS.words(), 1));
            assertThat(counters.total(WatchedCounter.LISTEN_OVERFLOWS)).isEqualTo(8);
            assertThat(counters.total(WatchedCounter.CONNTRACK_DROP)).isZero();
        }
    }

    @Test
    void synCookiesOfTheLastSecondsAreTold() throws IOException {
        try (KernelCounters counters = new KernelCounters(folder)) {
            assertThat(counters.synCookiesLately()).as("no table").isFalse();
            cookies(7);
            assertThat(counters.synCookiesLately()).as("sent before it began").isFalse();
            cookies(8);
            assertThat(counters.synCookiesLately()).isTrue();
        }
        try (KernelCounters counters = new KernelCounters(folder)) {
            cookies(7);
            counters.read(10 * SECOND);
            cookies(8);
            counters.read(11 * SECOND);
            assertThat(counters.synCookiesLately()).as("long ago").isFalse();
        }
    }

    private void cookies(int sent) throws IOException {
        Files.write(folder.resolve("netstat"), List.of("TcpExt: SyncookiesSent", "TcpExt: " + sent));
    }

    @Test
    void systemsWithoutSuchTablesCountNothing() throws IOException {
        try (KernelCounters counters = new KernelCounters(folder.resolve("none"))) {
            counters.read(SECOND);
            assertThat(counters.between(0, 9 * SECOND)).isEmpty();
        }
    }

    /** Each counter has the name that this kernel gives it, but for connection tracking, which may not be loaded. */
    @Test
    void thisKernelHasThem() throws IOException {
        Path netstat = Path.of("/proc/self/net/netstat");
        if (Files.exists(netstat)) {
            Map<String, Long> here = CounterText.pairs(Files.readAllLines(netstat));
            here.putAll(CounterText.pairs(Files.readAllLines(Path.of("/proc/self/net/snmp"))));
            for (WatchedCounter each : WatchedCounter.values()) {
                if (!each.label().startsWith(CounterText.CONNTRACK)) {
                    assertThat(here).containsKey(each.label());
                }
            }
        }
    }

    /** A real listener that accepts nobody, and more clients than its queue takes. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void fullAcceptQueueIsCounted() throws Exception {
        List<SocketChannel> clients = new ArrayList<>();
        try (KernelCounters counters = new KernelCounters(Path.of("/proc/self/net"));
                ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            counters.read(10 * SECOND);
            for (int i = 0; i < 8; i++) {
                SocketChannel client = SocketChannel.open();
                clients.add(client);
                client.configureBlocking(false);
                client.connect(listener.getLocalSocketAddress());
            }
            counters.read(11 * SECOND);
            assertThat(counters.between(10 * SECOND, 11 * SECOND))
                    .extracting(KernelCount::counter)
                    .contains("ListenOverflows");
        } finally {
            for (SocketChannel each : clients) {
                each.close();
            }
        }
    }

    private void netstat(long overflows, long timeouts) throws IOException {
        Files.writeString(
                folder.resolve("netstat"),
                "TcpExt: ListenOverflows TCPTimeouts\nTcpExt: " + overflows + " " + timeouts + "\n");
    }
}
