package dev.finspect.kernel.sockets;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.kernel.sockets.SocketCensus.Kept;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.TcpState;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
@Timeout(60)
@SuppressWarnings("try") // The test closes them itself.
final class SocketCensusTest {
    @Test
    @SuppressWarnings("try") // The test closes one endpoint early.
    void orphansAreCountedByRouteLegAndStateAndPortsByUpstream() throws Exception {
        try (SocketTable table = SocketTable.open();
                ServerSocket service = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                ServerSocket listener = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            InetSocketAddress upstream = new InetSocketAddress(service.getInetAddress(), service.getLocalPort());
            SocketCensus.Places places =
                    new SocketCensus.Places(Map.of(listener.getLocalPort(), "db"), Map.of(upstream, "db"));
            try (Socket client = new Socket(listener.getInetAddress(), listener.getLocalPort());
                    Socket kept = new Socket(service.getInetAddress(), service.getLocalPort());
                    Socket keptAtService = service.accept();
                    Socket closed = new Socket(service.getInetAddress(), service.getLocalPort());
                    Socket closedAtService = service.accept()) {
                listener.accept().close();
                closed.close();
                SocketCensus.Counts counts;
                do {
                    counts = SocketCensus.count(table, places);
                } while (counts.kept().size() < 2
                        || counts.kept().keySet().stream().anyMatch(kind -> kind.state() == TcpState.FIN_WAIT_1));
                assertThat(counts.kept())
                        .isEqualTo(Map.of(
                                new Kept("db", Leg.CLIENT, TcpState.FIN_WAIT_2), 1L,
                                new Kept("db", Leg.UPSTREAM, TcpState.FIN_WAIT_2), 1L));
                assertThat(counts.portsTaken()).isEqualTo(Map.of("db", 2L));
                closedAtService.close();
                client.close();
                do {
                    counts = SocketCensus.count(table, places);
                } while (counts.kept().keySet().stream().anyMatch(kind -> kind.state() != TcpState.TIME_WAIT));
                assertThat(counts.portsTaken())
                        .as("a port in TIME-WAIT is in use")
                        .isEqualTo(Map.of("db", 2L));
                assertThat(kept.isConnected() && keptAtService.isConnected()).isTrue();
            }
        }
    }

    @Test
    void nothingIsListedWithoutPorts() throws Exception {
        try (SocketTable table = SocketTable.open()) {
            assertThat(SocketCensus.count(table, new SocketCensus.Places(Map.of(), Map.of())))
                    .isEqualTo(SocketCensus.Counts.NONE);
        }
        assertThat(LocalPorts.count()).isPositive();
    }
}
