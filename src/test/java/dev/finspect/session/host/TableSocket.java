package dev.finspect.session.host;

import dev.finspect.tcp.FourTuple;
import dev.finspect.tcp.TcpState;
import dev.finspect.wire.TcpInfo;
import dev.finspect.wire.diag.SocketDetail;
import dev.finspect.wire.diag.SocketEntry;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** An entry of a socket table: an established connection at rest whose program has it open, but for what a test says. */
final class TableSocket {
    private static final int[] KERNEL_NUMBERS = {7, 10, 2, 3, 1, 4, 5, 8, 11, 9, 6};

    private final FourTuple tuple;
    private final ByteBuffer info = ByteBuffer.allocate(TcpInfo.MAX_LENGTH).order(ByteOrder.nativeOrder());
    private TcpState state = TcpState.ESTABLISHED;
    private SocketEntry.Timer timer = SocketEntry.Timer.NONE;
    private int infoLength = TcpInfo.MAX_LENGTH;
    private int retransmits;
    private long receiveQueue;
    private long sendQueue;
    private long inode = 100;
    private long cookie = 1;
    private long drops;
    private long sent;
    private long memory;

    private TableSocket(FourTuple tuple) {
        this.tuple = tuple;
        info.putInt(16, 1_448).putInt(228, 65_536);
        state(TcpState.ESTABLISHED).ages(60_000, 60_000, 60_000);
    }

    /** Both of the form {@code 10.0.0.1:80}. */
    static TableSocket of(String local, String remote) {
        return new TableSocket(new FourTuple(address(local), port(local), address(remote), port(remote)));
    }

    private static dev.finspect.tcp.IpAddress address(String end) {
        return KeptTables.address(end.substring(0, end.lastIndexOf(':')));
    }

    private static int port(String end) {
        return Integer.parseInt(end.substring(end.lastIndexOf(':') + 1));
    }

    TableSocket state(TcpState value) {
        state = value;
        info.put(0, (byte) KERNEL_NUMBERS[value.ordinal()]);
        return this;
    }

    /** Milliseconds since bytes were sent last, were received last, and an ACK came last. */
    TableSocket ages(int sentMillis, int receivedMillis, int ackMillis) {
        info.putInt(44, sentMillis).putInt(52, receivedMillis).putInt(56, ackMillis);
        return this;
    }

    /** As the kernel counts them, SYN and FIN among them; {@code transmitted} without. */
    TableSocket bytes(long transmitted, long acked, long received) {
        sent = transmitted;
        info.putLong(120, acked).putLong(128, received);
        return this;
    }

    /** Of one whose kernel does not count the bytes that it sends. */
    TableSocket ofOldKernel() {
        sent = TcpInfo.ABSENT;
        return this;
    }

    TableSocket inFlight(int segments, int notSentBytes, long queue) {
        info.putInt(24, segments).putInt(144, notSentBytes);
        sendQueue = queue;
        return this;
    }

    TableSocket timedOut(int times, int timeoutMicros) {
        info.put(2, (byte) times).put(4, (byte) times).putInt(8, timeoutMicros);
        retransmits = times;
        return this;
    }

    TableSocket repeated(int syns) {
        retransmits = syns;
        return this;
    }

    TableSocket probes(int value) {
        info.put(3, (byte) value);
        timer = SocketEntry.Timer.PERSIST;
        return this;
    }

    TableSocket window(int bytes) {
        info.putInt(228, bytes);
        return this;
    }

    /** How long it was held back by its peer's window. */
    TableSocket heldBack(long micros) {
        info.putLong(176, micros);
        return this;
    }

    TableSocket unread(long queue) {
        receiveQueue = queue;
        return this;
    }

    TableSocket waiting(long connections, long backlog) {
        receiveQueue = connections;
        sendQueue = backlog;
        return state(TcpState.LISTEN);
    }

    TableSocket outOfOrder(int segments, long memoryBytes) {
        info.putInt(224, segments);
        memory = memoryBytes;
        return this;
    }

    TableSocket inode(long value) {
        inode = value;
        return this;
    }

    TableSocket cookie(long value) {
        cookie = value;
        return this;
    }

    TableSocket drops(long value) {
        drops = value;
        return this;
    }

    /** One of which the kernel keeps no more than its state. */
    TableSocket withoutInfo() {
        infoLength = 0;
        return this;
    }

    SocketEntry entry() {
        boolean full = infoLength > 0;
        return new SocketEntry(
                tuple,
                state,
                timer,
                300,
                retransmits,
                receiveQueue,
                sendQueue,
                1_000,
                inode,
                drops,
                full ? new SocketDetail(cookie, TcpInfo.decode(info, infoLength), sent, memory) : null);
    }
}
