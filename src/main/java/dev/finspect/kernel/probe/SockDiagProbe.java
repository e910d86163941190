package dev.finspect.kernel.probe;

import com.sun.jna.Memory;
import com.sun.jna.NativeLong;
import dev.finspect.kernel.Reading;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Probes looking up a socket by its addresses through netlink (sock_diag(7)). */
public final class SockDiagProbe {
    private static final int AF_INET = 2;
    private static final int AF_NETLINK = 16;
    private static final int SOCK_RAW = 3;
    private static final int NETLINK_SOCK_DIAG = 4;
    private static final short SOCK_DIAG_BY_FAMILY = 20;
    private static final short NLM_F_REQUEST = 1;
    private static final int NLMSG_ERROR = 2;
    private static final int MESSAGE_HEADER = 16;
    private static final int REQUEST_BYTES = 72;
    private static final int ANSWER_BYTES = 4096;
    private static final int MSG_DONTWAIT = 0x40;
    private static final int TCP_ESTABLISHED = 1;

    private SockDiagProbe() {}

    /** True if the kernel returns the client's socket of a loopback connection, with its addresses and state. */
    public static Reading<Boolean> lookUp() {
        return ProbeLibC.run(() -> {
            InetAddress loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
            try (ServerSocket listener = new ServerSocket(0, 1, loopback);
                    Socket client = new Socket(loopback, listener.getLocalPort())) {
                return lookUp(client.getLocalPort(), client.getPort());
            }
        });
    }

    private static Reading<Boolean> lookUp(int localPort, int remotePort) throws IOException {
        int netlink = ProbeLibC.socket(AF_NETLINK, SOCK_RAW, NETLINK_SOCK_DIAG);
        try {
            Memory request = new Memory(REQUEST_BYTES);
            request.clear();
            write(request.getByteBuffer(0, REQUEST_BYTES).order(ByteOrder.nativeOrder()), localPort, remotePort);
            Memory kernel = new Memory(12);
            kernel.clear();
            kernel.setShort(0, (short) AF_NETLINK);
            ProbeLibC.sendto(netlink, request, new NativeLong(REQUEST_BYTES), 0, kernel, (int) kernel.size());
            Memory answer = new Memory(ANSWER_BYTES);
            // The kernel replies before sendto(2) returns.
            int length = ProbeLibC.recv(netlink, answer, new NativeLong(ANSWER_BYTES), MSG_DONTWAIT)
                    .intValue();
            return read(answer.getByteBuffer(0, length).order(ByteOrder.nativeOrder()), localPort, remotePort);
        } finally {
            ProbeLibC.close(netlink);
        }
    }

    /** A {@code nlmsghdr} and a {@code inet_diag_req_v2} (linux/inet_diag.h). */
    private static void write(ByteBuffer request, int localPort, int remotePort) {
        request.putInt(0, REQUEST_BYTES).putShort(4, SOCK_DIAG_BY_FAMILY).putShort(6, NLM_F_REQUEST);
        request.put(16, (byte) AF_INET).put(17, (byte) 6).putInt(20, -1);
        ByteBuffer network = request.duplicate().order(ByteOrder.BIG_ENDIAN);
        network.putShort(24, (short) localPort).putShort(26, (short) remotePort);
        network.putInt(28, 0x7f000001).putInt(44, 0x7f000001);
        request.putInt(64, -1).putInt(68, -1);
    }

    private static Reading<Boolean> read(ByteBuffer answer, int localPort, int remotePort) {
        int type = answer.getShort(4);
        if (type != SOCK_DIAG_BY_FAMILY) {
            return new Reading.Unavailable<>(
                    type == NLMSG_ERROR
                            ? "netlink replied with errno " + -answer.getInt(MESSAGE_HEADER)
                            : "netlink replied with a message of type " + type);
        }
        ByteBuffer network = answer.duplicate().order(ByteOrder.BIG_ENDIAN);
        boolean same = Short.toUnsignedInt(network.getShort(MESSAGE_HEADER + 4)) == localPort
                && Short.toUnsignedInt(network.getShort(MESSAGE_HEADER + 6)) == remotePort
                && answer.get(MESSAGE_HEADER + 1) == TCP_ESTABLISHED;
        return new Reading.Value<>(same);
    }
}
