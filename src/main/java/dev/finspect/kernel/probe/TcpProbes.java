package dev.finspect.kernel.probe;

import static dev.finspect.kernel.probe.ProbeLibC.pointerTo;

import com.sun.jna.LastErrorException;
import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import dev.finspect.kernel.Reading;
import dev.finspect.wire.SynSegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Probes of TCP socket options (tcp(7), ip(7)), on sockets of their own. */
public final class TcpProbes {
    private static final int AF_INET = 2;
    private static final int SOCK_STREAM = 1;
    private static final int IPPROTO_IP = 0;
    private static final int IPPROTO_TCP = 6;
    private static final int TCP_INFO = 11;
    private static final int TCP_SAVE_SYN = 27;
    private static final int TCP_SAVED_SYN = 28;
    private static final int IP_TRANSPARENT = 19;
    private static final int MOST_INFO = 1024;
    private static final int MOST_HEADERS = 256;
    private static final int EPERM = 1;

    private TcpProbes() {}

    /** Number of bytes of {@code tcp_info} that this kernel returns. */
    public static Reading<Integer> tcpInfoBytes() {
        return ProbeLibC.run(() -> withSocket(socket -> {
            Memory length = pointerTo(MOST_INFO);
            ProbeLibC.getsockopt(socket, IPPROTO_TCP, TCP_INFO, new Memory(MOST_INFO), length);
            return new Reading.Value<>(length.getInt(0));
        }));
    }

    /** The SYN that the kernel saved for a loopback connection. */
    public static Reading<SynSegment> savedSyn() {
        return ProbeLibC.run(() -> withSocket(listener -> {
            ProbeLibC.setsockopt(listener, IPPROTO_TCP, TCP_SAVE_SYN, pointerTo(1), 4);
            Memory address = new Memory(16);
            address.clear();
            address.setShort(0, (short) AF_INET);
            address.write(4, new byte[] {127, 0, 0, 1}, 0, 4);
            ProbeLibC.bind(listener, address, (int) address.size());
            ProbeLibC.listen(listener, 1);
            ProbeLibC.getsockname(listener, address, pointerTo((int) address.size()));
            ByteBuffer bound = address.getByteBuffer(0, address.size()).order(ByteOrder.BIG_ENDIAN);
            InetSocketAddress server = new InetSocketAddress(
                    InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), Short.toUnsignedInt(bound.getShort(2)));
            try (Socket client = new Socket()) {
                client.connect(server);
                int accepted = ProbeLibC.accept(listener, Pointer.NULL, Pointer.NULL);
                try {
                    return savedSyn(accepted);
                } finally {
                    ProbeLibC.close(accepted);
                }
            }
        }));
    }

    private static Reading<SynSegment> savedSyn(int accepted) {
        Memory headers = new Memory(MOST_HEADERS);
        Memory length = pointerTo(MOST_HEADERS);
        ProbeLibC.getsockopt(accepted, IPPROTO_TCP, TCP_SAVED_SYN, headers, length);
        SynSegment syn = length.getInt(0) == 0 ? null : SynSegment.decode(headers.getByteBuffer(0, length.getInt(0)));
        return syn == null
                ? new Reading.Unavailable<>("the kernel saved no SYN of a connection on loopback")
                : new Reading.Value<>(syn);
    }

    /** Whether a socket may use addresses that are not this machine's: whether IP_TRANSPARENT can be set. */
    public static Reading<Boolean> transparent() {
        return ProbeLibC.run(() -> withSocket(socket -> {
            try {
                ProbeLibC.setsockopt(socket, IPPROTO_IP, IP_TRANSPARENT, pointerTo(1), 4);
                return new Reading.Value<>(true);
            } catch (LastErrorException e) {
                if (e.getErrorCode() == EPERM) {
                    return new Reading.Value<>(false);
                }
                throw e;
            }
        }));
    }

    private static <T> Reading<T> withSocket(OnSocket<T> action) throws java.io.IOException {
        int socket = ProbeLibC.socket(AF_INET, SOCK_STREAM, 0);
        try {
            return action.on(socket);
        } finally {
            ProbeLibC.close(socket);
        }
    }

    /** An action on a socket. */
    private interface OnSocket<T> {
        Reading<T> on(int socket) throws java.io.IOException;
    }
}
