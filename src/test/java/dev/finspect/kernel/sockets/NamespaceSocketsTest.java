package dev.finspect.kernel.sockets;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.kernel.namespace.NetworkNamespaces;
import dev.finspect.session.host.NamespaceReading;
import dev.finspect.tcp.FourTuple;
import dev.finspect.wire.TcpInfo;
import dev.finspect.wire.diag.SocketDetail;
import dev.finspect.wire.diag.SocketEntry;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
@Timeout(60)
final class NamespaceSocketsTest {
    /** What the kernel counts of bytes both ways, and a cookie that stays. */
    @Test
    void detailsAreOfTheSocketThatTheyStandAt() throws Exception {
        NetworkNamespaces.Found own = NetworkNamespaces.find().all().get(0);
        try (NamespaceSockets sockets = NamespaceSockets.open(own);
                ServerSocket listener = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                Socket ours = new Socket(listener.getInetAddress(), listener.getLocalPort());
                Socket peers = listener.accept()) {
            ours.getOutputStream().write(new byte[1_000]);
            assertThat(peers.getInputStream().readNBytes(600)).hasSize(600);
            SocketEntry first = find(sockets.read(), peers);
            NamespaceReading again = sockets.read();
            SocketEntry second = find(again, peers);
            SocketDetail detail = Objects.requireNonNull(second.detail());
            assertThat(second.receiveQueue()).isEqualTo(400);
            assertThat(Objects.requireNonNull(detail.info()).bytesReceived()).isEqualTo(1_000);
            assertThat(detail.cookie())
                    .isNotZero()
                    .isEqualTo(Objects.requireNonNull(first.detail()).cookie());
            assertThat(detail.receivedMemoryBytes()).isPositive();
            SocketDetail sender = Objects.requireNonNull(find(again, ours).detail());
            assertThat(sender.dataBytesSent()).isIn(1_000L, TcpInfo.ABSENT);
            assertThat(again.namespace()).isEqualTo(own.number());
            assertThat(again.addresses()).isNotEmpty();
            assertThat(sockets.leftOut()).isZero();
        }
        assertThat(List.of(own.name(), own.enter())).containsOnly("");
    }

    private static SocketEntry find(NamespaceReading reading, Socket socket) {
        FourTuple tuple = FourTuple.of(
                new InetSocketAddress(socket.getLocalAddress(), socket.getLocalPort()),
                new InetSocketAddress(socket.getInetAddress(), socket.getPort()));
        return reading.sockets().stream()
                .filter(each -> each.tuple().equals(tuple))
                .findFirst()
                .orElseThrow();
    }
}
