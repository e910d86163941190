package dev.finspect.kernel.sockets;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.tcp.TcpState;
import dev.finspect.wire.diag.SocketEntry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs(OS.LINUX)
@Timeout(60)
final class SocketTableTest {
    @Test
    void listHasBothEndsAndTheListenerAndNothingOfOtherPorts() throws Exception {
        try (SocketTable table = SocketTable.open();
                ServerSocket listener = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                ServerSocket other = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                Socket ours = new Socket(listener.getInetAddress(), listener.getLocalPort());
                Socket peers = listener.accept()) {
            int port = listener.getLocalPort();
            // An earlier connection with the same port may be in TIME-WAIT.
            Set<TcpState> states = EnumSet.complementOf(EnumSet.of(TcpState.TIME_WAIT));
            List<SocketEntry> all = list(table, states, Set.of(port, 1, 65535));
            assertThat(all)
                    .extracting(entry -> entry.tuple().sourcePort(), SocketEntry::state)
                    .containsExactlyInAnyOrder(
                            org.assertj.core.groups.Tuple.tuple(port, TcpState.LISTEN),
                            org.assertj.core.groups.Tuple.tuple(port, TcpState.ESTABLISHED),
                            org.assertj.core.groups.Tuple.tuple(ours.getLocalPort(), TcpState.ESTABLISHED));
            assertThat(list(table, EnumSet.of(TcpState.LISTEN), Set.of(port)))
                    .singleElement()
                    .satisfies(entry -> assertThat(entry.sendQueue()).isEqualTo(5));
            assertThat(list(table, EnumSet.of(TcpState.LISTEN), Set.of()))
                    .as("without ports, every one")
                    .extracting(entry -> entry.tuple().sourcePort())
                    .contains(port, other.getLocalPort());
            assertThat(peers.isConnected()).isTrue();
        }
    }

    @Test
    void moreSocketsThanFitIntoOneDatagramAreAllListed() throws Exception {
        List<Socket> many = new ArrayList<>();
        try (SocketTable table = SocketTable.open();
                ServerSocket listener = new ServerSocket(0, 400, InetAddress.getLoopbackAddress())) {
            for (int i = 0; i < 300; i++) {
                many.add(new Socket(listener.getInetAddress(), listener.getLocalPort()));
            }
            assertThat(list(table, EnumSet.of(TcpState.ESTABLISHED), Set.of(listener.getLocalPort())))
                    .hasSize(600);
        } finally {
            for (Socket each : many) {
                each.close();
            }
        }
    }

    @Test
    void cachedOwnerIsDroppedWhenItsLinkChanged(@TempDir Path proc) throws Exception {
        process(proc, "41", "postgres", "7", "socket:[900]");
        process(proc, "42", "nginx", "3", "pipe:[901]");
        SocketOwners programs = new SocketOwners(proc);
        long longAfter = System.nanoTime() + 3_600_000_000_000L;
        assertThat(programs.holder(900, System.nanoTime()).program()).isEqualTo(new SocketOwner(41, "postgres"));
        Files.delete(proc.resolve("41/fd/7"));
        process(proc, "42", "nginx", "4", "socket:[900]");
        assertThat(programs.holder(900, longAfter).program()).isEqualTo(new SocketOwner(42, "nginx"));
        assertThat(programs.holder(5, longAfter + 3_600_000_000_000L).reason()).contains("another container");
    }

    @Test
    void processesAreNotScannedAgainAtOnce(@TempDir Path proc) throws Exception {
        SocketOwners programs = new SocketOwners(proc);
        long now = System.nanoTime();
        assertThat(programs.holder(900, now).program()).isNull();
        process(proc, "41", "postgres", "7", "socket:[900]");
        assertThat(programs.holder(900, now + 1).reason()).contains("a moment ago");
        assertThat(programs.holder(900, now + 3_600_000_000_000L).program()).isEqualTo(new SocketOwner(41, "postgres"));
    }

    @Test
    void stateOfAProcessIsReadBehindItsName(@TempDir Path proc) throws Exception {
        Path folder = Files.createDirectories(proc.resolve("41"));
        Files.writeString(folder.resolve("stat"), "41 (a) T (x) S 1 41 41 0 -1");
        SocketOwners programs = new SocketOwners(proc);
        long now = -5_000_000_000L;
        assertThat(programs.state(41, now)).isEqualTo('S');
        assertThat(programs.state(42, now)).as("it has ended").isNull();
        Files.writeString(folder.resolve("stat"), "41 (a) T (x) T 1 41 41 0 -1");
        assertThat(programs.state(41, now + 100_000_000)).as("a moment later").isEqualTo('S');
        assertThat(programs.state(41, now + 300_000_000)).isEqualTo('T');
        Files.writeString(folder.resolve("stat"), "41");
        assertThat(programs.state(41, now + 600_000_000)).isNull();
    }

    private static List<SocketEntry> list(SocketTable table, Set<TcpState> states, Set<Integer> ports)
            throws IOException {
        List<SocketEntry> entries = new ArrayList<>();
        table.list(states, new TreeSet<>(ports), entries::add);
        return entries;
    }

    private static void process(Path proc, String pid, String name, String descriptor, String target)
            throws IOException {
        Path folder = Files.createDirectories(proc.resolve(pid));
        Files.writeString(folder.resolve("comm"), name + "\n");
        Path link = Files.createDirectories(folder.resolve("fd")).resolve(descriptor);
        Files.deleteIfExists(link);
        Files.createSymbolicLink(link, Path.of(target));
    }
}
