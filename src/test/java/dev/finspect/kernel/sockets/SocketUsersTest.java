package dev.finspect.kernel.sockets;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.lab.Await;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SocketUsersTest {
    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1"})
    void socketOfThisProcessBelongsToItsUserUntilItIsClosed(String address) throws Exception {
        InetAddress loopback = InetAddress.getByName(address);
        try (SocketUsers users = new SocketUsers();
                ServerSocket listener = new ServerSocket(0, 1, loopback)) {
            Socket client = new Socket(loopback, listener.getLocalPort());
            Socket accepted = listener.accept();
            InetSocketAddress local = (InetSocketAddress) client.getLocalSocketAddress();
            InetSocketAddress remote = (InetSocketAddress) client.getRemoteSocketAddress();
            assertThat(SocketUsers.ownUser()).isPresent();
            assertThat(users.userOf(local, remote)).isEqualTo(SocketUsers.ownUser());
            client.shutdownOutput();
            assertThat(users.userOf(local, remote))
                    .as("half-closed, it still reads")
                    .isEqualTo(SocketUsers.ownUser());
            accepted.getOutputStream().write(1);
            client.close();
            // The kernel keeps it, or resets the connection, and reports root as the user of a socket without a
            // program.
            Await.until(
                    () -> "a closed socket has a user: " + users.userOf(local, remote),
                    () -> users.userOf(local, remote).isEmpty());
            accepted.close();
        }
    }

    @Test
    void nobodyIsAtAnAddressOfAnotherMachineOrOfNoSocket() throws Exception {
        try (SocketUsers users = new SocketUsers();
                ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            InetSocketAddress server = (InetSocketAddress) listener.getLocalSocketAddress();
            assertThat(users.userOf(new InetSocketAddress("192.0.2.1", 5555), server))
                    .isEmpty();
            assertThat(users.userOf(server, new InetSocketAddress(InetAddress.getLoopbackAddress(), 1)))
                    .as("the listener is not the socket that was asked for")
                    .isEmpty();
            assertThat(users.userOf(server, new InetSocketAddress("2001:db8::1", 1)))
                    .isEmpty();
            assertThat(users.userOf(InetSocketAddress.createUnresolved("name", 1), server))
                    .isEmpty();
        }
    }
}
