package dev.finspect.kernel.sockets;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.record.PeerSocket;
import dev.finspect.tcp.TcpState;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sockets on loopback. Polls until a socket has the expected state, since the kernel delivers asynchronously. */
@EnabledOnOs(OS.LINUX)
@Timeout(60)
final class NetlinkPeerSocketsTest {
    private final NetlinkPeerSockets watch = new NetlinkPeerSockets();

    @AfterEach
    void close() {
        watch.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1"})
    void peersUnreadBytesStateAndProgramAreSeen(String host) throws Exception {
        try (ServerSocket listener = new ServerSocket(0, 5, InetAddress.getByName(host));
                Socket ours = new Socket(host, listener.getLocalPort());
                Socket peers = listener.accept()) {
            ours.getOutputStream().write(new byte[1234]);
            PeerSocket open = await(ours, socket -> socket.unreadBytes() == 1234);
            assertThat(open.state()).isEqualTo(TcpState.ESTABLISHED);
            assertThat(open.accepted()).isTrue();
            assertThat(open.processId()).isEqualTo(ProcessHandle.current().pid());
            assertThat(open.program()).isNotEmpty();
            assertThat(open.holder().processState()).isIn('R', 'S');
            assertThat(open.unseen()).isNull();

            ours.shutdownOutput();
            PeerSocket halfClosed = await(ours, socket -> socket.state() == TcpState.CLOSE_WAIT);
            assertThat(halfClosed.unreadBytes()).as("the FIN is no byte").isEqualTo(1234);
            assertThat(peers.getInputStream().readNBytes(2000)).hasSize(1234);
            await(ours, socket -> socket.unreadBytes() == 0);
        }
    }

    /** Java's sockets are IPv6 sockets with IPv4-mapped addresses; here both the peer and finspect have one. */
    @Test
    void ipv4InAnIpv6SocketIsSeenFromBothEnds() throws Exception {
        try (ServerSocketChannel listener = ServerSocketChannel.open().bind(new InetSocketAddress("::", 0))) {
            int port = ((InetSocketAddress) listener.getLocalAddress()).getPort();
            try (SocketChannel ours =
                            SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                    SocketChannel peers = listener.accept()) {
                InetSocketAddress our = (InetSocketAddress) ours.getLocalAddress();
                InetSocketAddress their = (InetSocketAddress) ours.getRemoteAddress();
                assertThat(their).isEqualTo(peers.getLocalAddress());
                assertThat(ask(their, our).state()).isEqualTo(TcpState.ESTABLISHED);
                assertThat(ask(our, their).state()).isEqualTo(TcpState.ESTABLISHED);
            }
        }
    }

    @Test
    void connectionInTheBacklogIsReportedWithItsListener() throws Exception {
        try (ServerSocket listener = new ServerSocket(0, 7, InetAddress.getLoopbackAddress());
                Socket ours = new Socket(listener.getInetAddress(), listener.getLocalPort())) {
            ours.getOutputStream().write(new byte[9]);
            PeerSocket peer = await(ours, socket -> socket.unreadBytes() == 9);
            assertThat(peer.accepted()).isFalse();
            assertThat(peer.program()).isNull();
            assertThat(peer.unseen()).contains("accepted");
            assertThat(peer.listening()).isEqualTo(new PeerSocket.Listening(1, 7, 1, 0, null));
        }
    }

    @Test
    void listenerIsNotReportedAsAMissingPeer() throws Exception {
        try (ServerSocket listener = new ServerSocket(0, 7, InetAddress.getLoopbackAddress())) {
            InetSocketAddress peer = new InetSocketAddress(listener.getInetAddress(), listener.getLocalPort());
            PeerSocket answer = ask(peer, new InetSocketAddress(listener.getInetAddress(), 1));
            assertThat(answer.seen()).isFalse();
            assertThat(answer.unseen()).contains("no socket");
            assertThat(answer.listening()).isEqualTo(new PeerSocket.Listening(0, 7, 1, 0, null));
        }
    }

    @Test
    void listenersThatShareAnAddressAreCountedTogether() throws Exception {
        try (ServerSocketChannel one = sharing(0, 5)) {
            int port = ((InetSocketAddress) one.getLocalAddress()).getPort();
            try (ServerSocketChannel other = sharing(port, 3)) {
                PeerSocket answer = ask(
                        (InetSocketAddress) other.getLocalAddress(),
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 1));
                assertThat(answer.listening())
                        .as("the one with least room")
                        .isEqualTo(new PeerSocket.Listening(0, 3, 2, 0, null));
            }
        }
    }

    @Test
    void connectionsThatAFullListenerDropsAreSeen() throws Exception {
        List<SocketChannel> clients = new ArrayList<>();
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            InetSocketAddress address =
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), listener.getLocalPort());
            for (int i = 0; i < 5; i++) {
                SocketChannel client = SocketChannel.open();
                clients.add(client);
                client.configureBlocking(false);
                client.connect(address);
            }
            PeerSocket.Listening listening;
            do {
                listening =
                        Objects.requireNonNull(ask(address, new InetSocketAddress(InetAddress.getLoopbackAddress(), 1))
                                .listening());
            } while (listening.drops() == 0);
            assertThat(listening.full()).isTrue();
            assertThat(listening.drops()).isPositive();
        } finally {
            for (SocketChannel client : clients) {
                client.close();
            }
        }
    }

    @Test
    void glanceSeesTheSocketAndSparesTheSearchForItsProgram() throws Exception {
        try (ServerSocket listener = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                Socket ours = new Socket(listener.getInetAddress(), listener.getLocalPort());
                Socket peers = listener.accept()) {
            CompletableFuture<PeerSocket> answer = new CompletableFuture<>();
            assertThat(watch.glance(
                            (InetSocketAddress) ours.getRemoteSocketAddress(),
                            (InetSocketAddress) ours.getLocalSocketAddress(),
                            answer::complete))
                    .isTrue();
            PeerSocket seen = answer.get(10, TimeUnit.SECONDS);
            assertThat(peers.isConnected()).isTrue();
            assertThat(seen.state()).isEqualTo(TcpState.ESTABLISHED);
            assertThat(seen.processId()).isEqualTo(-1);
            assertThat(seen.unseen()).contains("not looked for");
        }
    }

    private static ServerSocketChannel sharing(int port, int backlog) throws IOException {
        ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.INET);
        listener.setOption(StandardSocketOptions.SO_REUSEPORT, true);
        return listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), backlog);
    }

    @Test
    void orphanIsReportedWithoutAProgram() throws Exception {
        try (ServerSocket listener = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                Socket ours = new Socket(listener.getInetAddress(), listener.getLocalPort())) {
            listener.accept().close();
            PeerSocket peer = await(ours, socket -> socket.state() == TcpState.FIN_WAIT_2);
            assertThat(peer.accepted()).isTrue();
            assertThat(peer.unseen()).contains("closed it");
        }
    }

    @Test
    void addressOfAnotherHostIsNotLookedUp() throws Exception {
        boolean taken = watch.ask(
                new InetSocketAddress(InetAddress.getByAddress(new byte[] {(byte) 192, 0, 2, 1}), 80),
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 80),
                answer -> {});
        assertThat(taken).isFalse();
    }

    @Test
    void withoutNetlinkTheResultIsTheReason() throws Exception {
        AtomicInteger opened = new AtomicInteger();
        try (NetlinkPeerSockets blind = new NetlinkPeerSockets(() -> {
            opened.incrementAndGet();
            throw new IOException("a seccomp filter forbids it");
        })) {
            for (int port = 1; port <= 3; port++) {
                CompletableFuture<PeerSocket> answer = new CompletableFuture<>();
                assertThat(blind.ask(
                                new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                                new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                                answer::complete))
                        .isTrue();
                assertThat(answer.get(10, TimeUnit.SECONDS).unseen()).isEqualTo("a seccomp filter forbids it");
            }
        }
        assertThat(opened).as("opening is not retried at once").hasValue(1);
    }

    @Test
    void requestsBeyondTheLimitAreRejectedAndCounted() throws Exception {
        CountDownLatch block = new CountDownLatch(1);
        CountDownLatch blocked = new CountDownLatch(1);
        try (NetlinkPeerSockets slow = new NetlinkPeerSockets(() -> {
            blocked.countDown();
            await(block);
            throw new IOException("slow");
        })) {
            InetSocketAddress here = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
            assertThat(slow.ask(here, here, answer -> {})).isTrue();
            await(blocked);
            int taken = 0;
            while (slow.ask(here, here, answer -> {})) {
                taken++;
            }
            block.countDown();
            assertThat(taken)
                    .as("a question about each of thousands of sessions")
                    .isBetween(8_000, 8_192);
            assertThat(slow.refused()).isPositive();
        }
    }

    private PeerSocket await(Socket ours, java.util.function.Predicate<PeerSocket> wanted) throws Exception {
        PeerSocket seen;
        do {
            seen = ask((InetSocketAddress) ours.getRemoteSocketAddress(), (InetSocketAddress)
                    ours.getLocalSocketAddress());
        } while (!wanted.test(seen));
        return seen;
    }

    private PeerSocket ask(InetSocketAddress peer, InetSocketAddress local) throws Exception {
        CompletableFuture<PeerSocket> answer = new CompletableFuture<>();
        assertThat(watch.ask(peer, local, answer::complete)).isTrue();
        return answer.get(10, TimeUnit.SECONDS);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
