package dev.finspect.kernel.probe;

import dev.finspect.kernel.Reading;
import dev.finspect.kernel.sockets.SocketTable;
import dev.finspect.tcp.FourTuple;
import dev.finspect.tcp.TcpState;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** Probes looking up a socket by its addresses through netlink (sock_diag(7)). */
public final class SockDiagProbe {
    private SockDiagProbe() {}

    /** Looks up the client's socket of a loopback connection; unavailable with the reason if the kernel does not return it. */
    public static Reading<Boolean> lookUp() {
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
                Socket client = new Socket(listener.getInetAddress(), listener.getLocalPort());
                SocketTable table = SocketTable.open()) {
            FourTuple tuple = FourTuple.of(
                    new InetSocketAddress(client.getLocalAddress(), client.getLocalPort()),
                    new InetSocketAddress(client.getInetAddress(), client.getPort()));
            boolean found = table.find(tuple)
                    .filter(entry -> entry.tuple().equals(tuple) && entry.state() == TcpState.ESTABLISHED)
                    .isPresent();
            return found
                    ? new Reading.Value<>(true)
                    : new Reading.Unavailable<>("the kernel does not find the socket of a loopback connection");
        } catch (IOException e) {
            return new Reading.Unavailable<>(String.valueOf(e.getMessage()));
        }
    }
}
