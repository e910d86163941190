package dev.finspect.relay.epoll;

import dev.finspect.relay.Dialer;
import dev.finspect.relay.KeepAlive;
import dev.finspect.relay.LegIo;
import dev.finspect.relay.RelaySession;
import dev.finspect.relay.UpstreamSearch;
import dev.finspect.session.LegTraffic;
import dev.finspect.tcp.Errno;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.TcpState;
import dev.finspect.wire.TcpInfo;
import io.netty.buffer.ByteBuf;
import io.netty.channel.IoEvent;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoEvent;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.epoll.LinuxSocket;
import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.NotYetConnectedException;
import org.jspecify.annotations.Nullable;

/**
 * One socket on an epoll loop, and the way of the bytes from it to its peer. Confined to the loop.
 * What comes before is told to its {@link EpollPhase}.
 *
 * <p>Registered once, edge-triggered; nothing is allocated for a chunk. Bytes are read into the loop's scratch buffer and
 * written at once; what a short write leaves is held, and the leg is not read again before it is gone. After
 * {@link #FULL_READS_TO_SPLICE} full reads in a row the leg goes over to splice(2), and back after some small transfers.
 *
 * <p>What the bits mean (epoll_ctl(2)): ERR an RST or another error, RDHUP a FIN in the kernel, perhaps behind unread
 * bytes, HUP both directions shut. The first failed call uses the error up, after which an RST looks like a FIN: so the
 * first error of any call is kept, and a leg that has failed once never reports a FIN.
 */
final class EpollLeg implements EpollIoHandle, LegIo, Dialer {
    private static final int IPPROTO_TCP = 6;
    private static final int TCP_CORK = 3;
    private static final EpollIoOps ALL =
            EpollIoOps.valueOf(EpollBits.IN | EpollBits.OUT | EpollBits.RDHUP | EpollBits.PRI | EpollBits.EDGES);
    /**
     * While the output is blocked: no edges for input that could not be read anyway. Without PRI as well, since the kernel
     * wakes for PRI whenever bytes come, urgent or not; once input counts again it tells of urgent data that is there.
     */
    private static final EpollIoOps NO_INPUT = EpollIoOps.valueOf(EpollBits.OUT | EpollBits.RDHUP | EpollBits.EDGES);
    /** Reads before the other sockets of the loop get their turn. */
    private static final int READS_A_TURN = 16;
    /** The same where each may move a megabyte: more, and both ends wait for the relay by turns. */
    private static final int SPLICES_A_TURN = 4;

    private static final int FULL_READS_TO_SPLICE = 2;

    final EpollLoop loop;
    final LinuxSocket socket;
    final RelaySession session;
    final Leg leg;
    final LegTraffic traffic;
    private @Nullable EpollLeg peer;
    private @Nullable IoRegistration registration;
    private @Nullable ByteBuf held;
    /** What the leg is about before its bytes may flow; null once they may. */
    private @Nullable EpollPhase phase;
    /** The way of many bytes; null before there were many. */
    private @Nullable EpollBulk bulk;
    /** The local end that is kept in mind while the leg lives, where it is one that may be intercepted. */
    @Nullable
    InetSocketAddress ownDial;

    private int fullReadsInARow;
    private boolean reading;
    private boolean readable;
    private boolean writable = true;
    private boolean muted;
    private boolean paused;
    private boolean corked;
    private boolean urgent;
    private boolean finArrived;
    private boolean inputEnded;
    private boolean deliveredTold;
    private boolean failed;
    private boolean closed;

    /** The client's leg on an accepted socket; {@link #register} must follow, unless it is closed at once. */
    EpollLeg(EpollLoop loop, LinuxSocket socket, RelaySession session, Leg leg) {
        this.loop = loop;
        this.socket = socket;
        this.session = session;
        this.leg = leg;
        this.traffic = session.traffic(leg);
    }

    /** Asks epoll for all edges. */
    void register() {
        IoRegistration registered = loop.eventLoop.register(this).getNow();
        registration = registered;
        registered.submit(ALL);
    }

    // What epoll tells.

    @Override
    public FileDescriptor fd() {
        return socket;
    }

    @Override
    public void handle(IoRegistration on, IoEvent event) {
        if (closed) {
            return;
        }
        int bits = ((EpollIoEvent) event).ops().value();
        try {
            EpollPhase before = phase;
            if (before != null) {
                before.happened(bits);
            } else {
                ready(bits);
            }
        } catch (RuntimeException e) {
            session.broken(e);
        }
    }

    /** From now on the peer must begin with a PROXY header, of which the session is told. */
    void awaitHeader() {
        phase = new EpollHeaderReader(this);
    }

    /** Begins as the leg of an upstream that is being connected for this client. */
    void begins(EpollConnecting connecting, EpollLeg client) {
        phase = connecting;
        peer = client;
        register();
    }

    /** Bytes may flow: what epoll tells is about them from now on. */
    void flows() {
        phase = null;
    }

    /** The other leg is there. */
    void pairWith(EpollLeg other) {
        peer = other;
    }

    /** What epoll tells of a leg whose bytes may flow. */
    void ready(int bits) {
        if (EpollBits.any(bits, EpollBits.ERR) && !closed) {
            errorSeen();
        }
        if (closed) {
            return;
        }
        if (EpollBits.any(bits, EpollBits.RDHUP | EpollBits.PRI)) {
            endOrUrgent(bits, System.nanoTime());
        }
        if (EpollBits.any(bits, EpollBits.IN)) {
            muteWhileBlocked();
            readable = true;
        }
        if (EpollBits.any(bits, EpollBits.OUT) && !writable) {
            writable = true;
            if (peer != null) {
                peer.pump();
            }
        }
        if (EpollBits.any(bits, EpollBits.HUP)) {
            session.queueMoved(leg);
        }
        if (readable) {
            pump();
        }
    }

    private void endOrUrgent(int bits, long nowNanos) {
        if (EpollBits.any(bits, EpollBits.PRI) && !urgent) {
            urgent = true;
            session.urgentSeen(leg, nowNanos);
        }
        if (EpollBits.any(bits, EpollBits.RDHUP)) {
            readable = true;
            if (!failed && !finArrived) {
                session.finArrived(leg, nowNanos);
            }
            finArrived = true;
        }
    }

    private void muteWhileBlocked() {
        IoRegistration on = registration;
        if (readable && paused && !muted && on != null) {
            muted = true;
            on.submit(NO_INPUT);
        }
    }

    /** The socket has an error, which says what it is or leaves it to the state. */
    void errorSeen() {
        Errno errno = Errno.UNKNOWN;
        try {
            errno = new Errno(socket.getSoError());
        } catch (IOException e) {
            // Then the state decides.
        }
        if (!errno.equals(Errno.UNKNOWN)) {
            fail(errno);
        } else if (!failed) {
            TcpInfo info = tcpInfo();
            if (info != null && info.state() == TcpState.CLOSED && !inputEnded) {
                fail(Errno.UNKNOWN);
            }
        }
    }

    /** The connection is over, by an RST or otherwise; only the first time counts. */
    void fail(Errno errno) {
        readable = true;
        if (!failed && !closed) {
            failed = true;
            if (peer != null) {
                peer.uncork();
            }
            session.failed(leg, errno);
        }
    }

    @Override
    public Dialer.Attempt dial(UpstreamSearch asking, InetSocketAddress address) {
        return EpollConnecting.begin(asking, this, address);
    }

    // What the session commands.

    @Override
    public void startReading() {
        reading = true;
        if (readable) {
            pump();
        }
    }

    @Override
    public void stopReading() {
        reading = false;
        discard();
    }

    @Override
    public void deliverRest() {
        reading = true;
        readable = true;
        pump();
    }

    @Override
    public boolean shutOutput() {
        try {
            socket.shutdown(false, true);
            return true;
        } catch (IOException | NotYetConnectedException e) {
            errorSeen();
            return false;
        }
    }

    @Override
    public void reset() {
        if (!closed) {
            try {
                socket.setSoLinger(0);
            } catch (IOException e) {
                // The connection is over already; there is nothing to reset.
            }
            giveBack();
        }
    }

    @Override
    public void close() {
        if (failed && !inputEnded) {
            countUnread();
        }
        giveBack();
    }

    /** What a peer that reset its connection had sent, and what there is no time left to deliver. */
    private void countUnread() {
        EpollLeg to = peer;
        try {
            int read = closed || to == null ? -1 : socket.recvAddress(loop.scratchAddress, 0, EpollLoop.SCRATCH_BYTES);
            while (read > 0 && to != null) {
                traffic.received(read, System.nanoTime());
                to.traffic.undeliveredBytes += read;
                read = socket.recvAddress(loop.scratchAddress, 0, EpollLoop.SCRATCH_BYTES);
            }
        } catch (IOException e) {
            // The end of what there is.
        }
    }

    @Override
    public @Nullable TcpInfo tcpInfo() {
        return closed ? null : loop.tcpInfo.read(socket);
    }

    @Override
    public KeepAlive.Swap keepAlive(KeepAlive wanted) {
        if (closed) {
            return KeepAlive.Swap.refused("The leg is closed.");
        }
        try {
            return KeepAliveOption.swap(socket, wanted);
        } catch (IOException e) {
            return KeepAlive.Swap.refused("The kernel refused to change keep-alive: " + e.getMessage());
        }
    }

    /** Gives the socket back, once. */
    void giveBack() {
        if (closed) {
            return;
        }
        closed = true;
        discard();
        closeQuietly(socket);
        InetSocketAddress dialled = ownDial;
        if (dialled != null) {
            loop.sessions.core().ownDials().remove(dialled);
        }
        IoRegistration on = registration;
        registration = null;
        if (on != null) {
            on.cancel();
        }
    }

    static void closeQuietly(LinuxSocket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // close(2) gives the descriptor back even when it reports an error.
        }
    }

    /** Drops what was read here and is not with the peer. */
    void discard() {
        ByteBuf bytes = held;
        held = null;
        if (bytes != null) {
            lose(bytes.readableBytes());
            loop.release(bytes);
        }
        if (bulk != null) {
            lose(bulk.discard());
        }
    }

    private void lose(int bytes) {
        if (peer != null) {
            peer.traffic.undeliveredBytes += bytes;
        }
    }

    // The way of the bytes.

    /** Moves bytes from this leg to its peer until there are none, the peer takes none, or others must have their turn. */
    private void pump() {
        EpollLeg to = peer;
        if (!reading || closed || to == null || !flush(to)) {
            return;
        }
        if (paused) {
            paused = false;
            session.resumed(leg, System.nanoTime());
        }
        if (inputEnded) {
            tellDelivered();
            return;
        }
        long now = System.nanoTime();
        int turns = isBulk() ? SPLICES_A_TURN : READS_A_TURN;
        while (readable) {
            if (!to.writable) {
                pause(now);
                return;
            }
            if (turns-- == 0) {
                listenAgain();
                return;
            }
            EpollBulk many = bulk;
            boolean goesOn = (many != null && many.isOn()) ? many.move(to, now) : copy(to, now);
            if (!goesOn) {
                return;
            }
        }
        if (muted) {
            listenAgain();
        }
    }

    /** Has epoll look at the socket anew: it tells at once of what is there already. */
    private void listenAgain() {
        muted = false;
        IoRegistration on = registration;
        if (on != null) {
            on.submit(ALL);
        }
    }

    /** Reads once and writes what was read; false when the leg must not go on. */
    private boolean copy(EpollLeg to, long nowNanos) {
        int wanted = loop.heldBytes.readLimit(EpollLoop.SCRATCH_BYTES);
        int read;
        try {
            read = socket.recvAddress(loop.scratchAddress, 0, wanted);
        } catch (IOException e) {
            readFailed(e);
            return false;
        }
        if (read < 0) {
            endOfInput();
            return false;
        }
        if (read == 0) {
            readable = false;
            return true;
        }
        received(read, nowNanos);
        if (read < wanted) {
            fullReadsInARow = 0;
            readable = finArrived || urgent || failed;
            if (finArrived) {
                to.cork();
            }
        } else if (read == EpollLoop.SCRATCH_BYTES
                && loop.splices
                && !urgent
                && ++fullReadsInARow >= FULL_READS_TO_SPLICE) {
            fullReadsInARow = 0;
            goInBulk();
        }
        return write(to, read, nowNanos);
    }

    /**
     * Lets the FIN, which is known to follow at once, leave in the segment of the last bytes: one segment less, as the peer
     * may have sent it (TCP_CORK, tcp(7)).
     */
    private void cork() {
        if (!corked) {
            corked = true;
            setCork(1);
        }
    }

    /** An RST has come in the place of the FIN: lets the bytes go. */
    private void uncork() {
        if (corked && !closed) {
            corked = false;
            setCork(0);
        }
    }

    private void setCork(int value) {
        try {
            socket.setIntOpt(IPPROTO_TCP, TCP_CORK, value);
        } catch (IOException e) {
            // The connection is over; otherwise the FIN leaves in a segment of its own.
        }
    }

    private boolean write(EpollLeg to, int length, long nowNanos) {
        int written;
        try {
            written = to.socket.sendAddress(loop.scratchAddress, 0, length);
        } catch (IOException e) {
            to.traffic.undeliveredBytes += length;
            to.fail(NettyErrno.of(e));
            return false;
        }
        if (written > 0) {
            to.traffic.sent(written, nowNanos);
        }
        if (written == length) {
            return !closed;
        }
        to.writable = false;
        held = loop.hold(Math.max(0, written), length);
        to.traffic.held(length - written);
        pause(nowNanos);
        return false;
    }

    private void goInBulk() {
        EpollBulk many = bulk;
        if (many == null) {
            many = new EpollBulk(this);
            bulk = many;
        }
        many.begin();
    }

    private boolean isBulk() {
        return bulk != null && bulk.isOn();
    }

    /** Whether the peer sends urgent data, which must be read. */
    boolean urgentSeen() {
        return urgent;
    }

    /** Whether there may be no more bytes to come. */
    boolean endMayHaveCome() {
        return finArrived || failed;
    }

    /** Whether a read may find something. */
    void readable(boolean maybe) {
        readable = maybe;
    }

    /** Whether the socket takes bytes, as far as it is known. */
    boolean isWritable() {
        return writable;
    }

    /** The socket takes no more until epoll says so. */
    void full() {
        writable = false;
    }

    /** Writes what is held; true when nothing is left. */
    private boolean flush(EpollLeg to) {
        if (held != null) {
            return flushHeld(to, held);
        }
        return bulk == null || bulk.flush(to);
    }

    private boolean flushHeld(EpollLeg to, ByteBuf bytes) {
        if (!to.writable) {
            return false;
        }
        int length = bytes.readableBytes();
        ByteBuffer from = bytes.internalNioBuffer(bytes.readerIndex(), length);
        int written;
        try {
            written = to.socket.send(from, from.position(), from.limit());
        } catch (IOException e) {
            discard();
            to.fail(NettyErrno.of(e));
            return false;
        }
        if (written > 0) {
            to.traffic.sent(written, System.nanoTime());
            bytes.skipBytes(written);
        }
        if (written < length) {
            to.writable = false;
            return false;
        }
        held = null;
        loop.release(bytes);
        return true;
    }

    /** So many bytes of the peer were read. */
    void received(int bytes, long nowNanos) {
        boolean first = traffic.firstReceivedAtNanos == LegTraffic.NEVER;
        traffic.received(bytes, nowNanos);
        if (first) {
            session.firstByte(leg, nowNanos);
        }
    }

    /** The other leg takes no more for now. */
    void pause(long nowNanos) {
        if (!paused) {
            paused = true;
            session.paused(leg, nowNanos);
        }
    }

    private void endOfInput() {
        readable = false;
        inputEnded = true;
        session.inputEnded(leg);
        tellDelivered();
    }

    /** Reading met the end of the connection. */
    void readFailed(IOException error) {
        readable = false;
        inputEnded = true;
        fail(NettyErrno.of(error));
        tellDelivered();
    }

    private void tellDelivered() {
        if (!deliveredTold && !closed) {
            deliveredTold = true;
            session.delivered(leg);
        }
    }
}
