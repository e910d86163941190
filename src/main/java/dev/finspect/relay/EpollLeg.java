package dev.finspect.relay;

import dev.finspect.relay.SplicePipes.Pipe;
import dev.finspect.session.LegTraffic;
import dev.finspect.session.ProxyHeader;
import dev.finspect.session.ProxyReason;
import dev.finspect.tcp.ConnectResult;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.TcpState;
import dev.finspect.wire.TcpInfo;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelException;
import io.netty.channel.IoEvent;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoEvent;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.epoll.LinuxSocket;
import io.netty.channel.epoll.Native;
import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.NotYetConnectedException;
import org.jspecify.annotations.Nullable;

/**
 * One socket on an epoll loop, and the way of the bytes from it to its peer. Confined to the loop. Longer than most: it is
 * the one hot path, and its parts share every field.
 *
 * <p>Registered once, edge-triggered; nothing is allocated for a chunk. Bytes are read into the loop's scratch buffer and
 * written at once; what a short write leaves is held, and the leg is not read again before it is gone. After
 * {@link #FULL_READS_TO_SPLICE} full reads in a row the leg goes over to splice(2), and back after some small transfers.
 *
 * <p>What the bits mean (epoll_ctl(2)): ERR an RST or another error, RDHUP a FIN in the kernel, perhaps behind unread
 * bytes, HUP both directions shut. The first failed call uses the error up, after which an RST looks like a FIN: so the
 * first error of any call is kept, and a leg that has failed once never reports a FIN.
 */
final class EpollLeg implements EpollIoHandle, LegIo, Dialer, Dialer.Attempt {
    private static final int EPOLLPRI = 0x2;
    private static final int EPOLLHUP = 0x10;
    private static final int IPPROTO_TCP = 6;
    private static final int TCP_CORK = 3;
    private static final EpollIoOps ALL =
            EpollIoOps.valueOf(Native.EPOLLIN | Native.EPOLLOUT | Native.EPOLLRDHUP | EPOLLPRI | Native.EPOLLET);
    /**
     * While the output is blocked: no edges for input that could not be read anyway. Without PRI as well, since the kernel
     * wakes for PRI whenever bytes come, urgent or not; once input counts again it tells of urgent data that is there.
     */
    private static final EpollIoOps NO_INPUT = EpollIoOps.valueOf(Native.EPOLLOUT | Native.EPOLLRDHUP | Native.EPOLLET);
    /** Reads before the other sockets of the loop get their turn. */
    private static final int READS_A_TURN = 16;
    /** The same where each may move {@link #SPLICE_BYTES}: more, and both ends wait for the relay by turns. */
    private static final int SPLICES_A_TURN = 4;

    private static final int FULL_READS_TO_SPLICE = 2;
    private static final int SPLICE_BYTES = 1 << 20;
    private static final int SMALL_SPLICE_BYTES = 16 * 1024;
    private static final int SMALL_SPLICES_TO_COPY = 8;
    private static final Dialer.Attempt NO_ATTEMPT = () -> null;

    private final EpollLoop loop;
    private final LinuxSocket socket;
    private final RelaySession session;
    private final Leg leg;
    private final LegTraffic traffic;
    private @Nullable UpstreamSearch search;
    private @Nullable EpollLeg peer;
    private @Nullable IoRegistration registration;
    private @Nullable ByteBuf held;
    private @Nullable Pipe pipe;
    private @Nullable InetSocketAddress ownDial;
    /** Takes the peer's PROXY header; null once it is read, and where none is awaited. */
    private @Nullable ProxyHeaderIntake intake;

    private int bitsWithHeader;
    private byte inARow;
    private boolean reading;
    private boolean readable;
    private boolean writable = true;
    private boolean bulk;
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
            if (intake != null) {
                readHeader(intake, bits);
            } else if (search != null) {
                connecting(bits);
            } else {
                ready(bits);
            }
        } catch (RuntimeException e) {
            session.broken(e);
        }
    }

    /** From now on the peer must begin with a PROXY header, of which the session is told. */
    void awaitHeader() {
        intake = new ProxyHeaderIntake();
    }

    /** Reads of the header what is there, and nothing beyond it; what epoll told meanwhile holds for the bytes behind it. */
    private void readHeader(ProxyHeaderIntake reading, int bits) {
        bitsWithHeader |= bits;
        if ((bits & Native.EPOLLERR) != 0) {
            errorSeen();
            session.headerRefused(ProxyReason.PROXY_HEADER_MISSING);
            return;
        }
        try {
            for (int wanted = reading.wanted(); wanted > 0; wanted = reading.wanted()) {
                int read = socket.recvAddress(loop.scratchAddress, 0, wanted);
                if (read == 0) {
                    return;
                }
                if (read < 0) {
                    session.headerRefused(ProxyReason.PROXY_HEADER_MISSING);
                    return;
                }
                reading.take(loop.scratch, read);
            }
        } catch (IOException e) {
            fail(Errno.of(e));
            session.headerRefused(ProxyReason.PROXY_HEADER_MISSING);
            return;
        }
        ProxyHeader header = reading.broken() ? null : ProxyHeaderCodec.decode(reading.header());
        if (header == null) {
            session.headerRefused(ProxyReason.PROXY_HEADER_INVALID);
            return;
        }
        intake = null;
        session.headerRead(header);
        if (!closed) {
            ready((bitsWithHeader & ~Native.EPOLLERR) | Native.EPOLLIN);
        }
    }

    /** Writes the PROXY header, for which an unused connection has room; whether it went. */
    private boolean sendHeader(byte[] header) {
        loop.scratch.clear();
        loop.scratch.put(header);
        loop.scratch.clear();
        try {
            boolean went = socket.sendAddress(loop.scratchAddress, 0, header.length) == header.length;
            if (went) {
                session.headerSent(header);
            }
            return went;
        } catch (IOException e) {
            return true; // The connection is over already, as will be told.
        }
    }

    private void ready(int bits) {
        if ((bits & Native.EPOLLERR) != 0) {
            errorSeen();
            if (closed) {
                return;
            }
        }
        if ((bits & (Native.EPOLLRDHUP | EPOLLPRI)) != 0) {
            endOrUrgent(bits, System.nanoTime());
        }
        if ((bits & Native.EPOLLIN) != 0) {
            muteWhileBlocked();
            readable = true;
        }
        if ((bits & Native.EPOLLOUT) != 0 && !writable) {
            writable = true;
            if (peer != null) {
                peer.pump();
            }
        }
        if ((bits & EPOLLHUP) != 0) {
            session.queueMoved(leg);
        }
        if (readable) {
            pump();
        }
    }

    private void endOrUrgent(int bits, long nowNanos) {
        if ((bits & EPOLLPRI) != 0 && !urgent) {
            urgent = true;
            session.urgentSeen(leg, nowNanos);
        }
        if ((bits & Native.EPOLLRDHUP) != 0) {
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

    private void errorSeen() {
        int errno = Errno.UNKNOWN;
        try {
            errno = socket.getSoError();
        } catch (IOException e) {
            // Then the state decides.
        }
        if (errno != Errno.UNKNOWN) {
            fail(errno);
        } else if (!failed) {
            TcpInfo info = tcpInfo();
            if (info != null && info.state() == TcpState.CLOSED && !inputEnded) {
                fail(Errno.UNKNOWN);
            }
        }
    }

    private void fail(int errno) {
        readable = true;
        if (!failed && !closed) {
            failed = true;
            if (peer != null) {
                peer.uncork();
            }
            session.failed(leg, errno);
        }
    }

    // Connecting.

    @Override
    public Dialer.Attempt dial(UpstreamSearch asking, InetSocketAddress address) {
        LinuxSocket opened = null;
        EpollLeg upstream = null;
        try {
            opened = UpstreamSockets.connecting(session, address);
            upstream = new EpollLeg(loop, opened, session, leg.other());
            upstream.ownDial = UpstreamSockets.remember(session, opened);
            upstream.search = asking;
            upstream.peer = this;
            upstream.register();
            return upstream;
        } catch (IOException | ChannelException | java.io.UncheckedIOException e) {
            if (upstream != null) {
                upstream.giveBack();
            } else if (opened != null) {
                closeQuietly(opened);
            }
            int errno = Errno.ofConnect(e, address);
            if (Errno.isShortage(errno)) {
                loop.shortage.failed(System.nanoTime());
            }
            asking.failed(Errno.connectResult(errno), errno == Errno.UNKNOWN ? e.toString() : Errno.words(errno), null);
            return NO_ATTEMPT;
        }
    }

    @Override
    public @Nullable InetSocketAddress abandon() {
        search = null;
        InetSocketAddress local = socket.localAddress();
        giveBack();
        return local;
    }

    /** OUT without ERR or HUP means connected. ECONNRESET and EPIPE come only after the handshake was done. */
    private void connecting(int bits) {
        UpstreamSearch asking = search;
        if (asking == null || (bits & (Native.EPOLLOUT | Native.EPOLLERR | EPOLLHUP)) == 0) {
            return;
        }
        int errno = Errno.UNKNOWN;
        if ((bits & (Native.EPOLLERR | EPOLLHUP)) != 0) {
            try {
                errno = socket.getSoError();
            } catch (IOException e) {
                errno = Errno.of(e);
            }
        }
        search = null;
        boolean wasConnected = errno == Errno.UNKNOWN || errno == Errno.ECONNRESET || errno == Errno.EPIPE;
        InetSocketAddress local = socket.localAddress();
        if (!wasConnected || local == null) {
            giveBack();
            asking.failed(
                    errno == Errno.UNKNOWN ? ConnectResult.FAILED : Errno.connectResult(errno),
                    Errno.words(errno),
                    local);
            return;
        }
        byte[] header = session.headerForUpstream();
        if (header.length > 0 && !sendHeader(header)) {
            giveBack();
            asking.failed(ConnectResult.FAILED, "no room for the PROXY header", local);
            return;
        }
        EpollLeg client = peer;
        if (client != null) {
            client.peer = this;
        }
        asking.connected(this, local);
        if (errno != Errno.UNKNOWN) {
            fail(errno);
        }
        if (!closed) {
            ready(bits & ~Native.EPOLLERR);
        }
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
            return KeepAlive.swap(socket, wanted);
        } catch (IOException e) {
            return KeepAlive.Swap.refused("The kernel refused to change keep-alive: " + e.getMessage());
        }
    }

    private void giveBack() {
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

    private static void closeQuietly(LinuxSocket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // close(2) gives the descriptor back even when it reports an error.
        }
    }

    private void discard() {
        ByteBuf bytes = held;
        Pipe bytesInPipe = pipe;
        held = null;
        pipe = null;
        if (bytes != null) {
            lose(bytes.readableBytes());
            loop.release(bytes);
        }
        if (bytesInPipe != null) {
            lose(bytesInPipe.bytes);
            loop.pipes.giveBack(bytesInPipe);
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
        int turns = bulk ? SPLICES_A_TURN : READS_A_TURN;
        while (readable) {
            if (!to.writable) {
                pause(now);
                return;
            }
            if (turns-- == 0) {
                listenAgain();
                return;
            }
            if (!(bulk ? splice(to, now) : copy(to, now))) {
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
            inARow = 0;
            readable = finArrived || urgent || failed;
            if (finArrived) {
                to.cork();
            }
        } else if (read == EpollLoop.SCRATCH_BYTES && loop.splices && !urgent && ++inARow >= FULL_READS_TO_SPLICE) {
            inARow = 0;
            bulk = true;
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
            to.fail(Errno.of(e));
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

    /** Moves bytes through a pipe, inside the kernel; false when the leg must not go on. */
    private boolean splice(EpollLeg to, long nowNanos) {
        Pipe through = urgent ? null : pipe == null ? loop.pipes.take() : pipe;
        if (through == null) {
            bulk = false;
            return true;
        }
        pipe = through;
        int moved;
        try {
            moved = Native.splice(socket.intValue(), -1, through.in.intValue(), -1, SPLICE_BYTES);
        } catch (IOException e) {
            dropPipe(through);
            readFailed(e);
            return false;
        }
        if (moved == 0) {
            // Nothing there, or the end: a read tells which, where the end may have come.
            dropPipe(through);
            bulk = !finArrived && !failed;
            readable = !bulk;
            return true;
        }
        through.bytes += moved;
        received(moved, nowNanos);
        if (moved >= SMALL_SPLICE_BYTES) {
            inARow = 0;
        } else if (++inARow >= SMALL_SPLICES_TO_COPY) {
            inARow = 0;
            bulk = false;
        }
        if (!flushPipe(to, through, nowNanos)) {
            return false;
        }
        if (!bulk) {
            dropPipe(through);
        }
        return true;
    }

    private void dropPipe(Pipe through) {
        pipe = null;
        loop.pipes.giveBack(through);
    }

    /** Writes what is held; true when nothing is left. */
    private boolean flush(EpollLeg to) {
        Pipe through = pipe;
        if (held != null) {
            return flushHeld(to, held);
        }
        return through == null || through.bytes == 0 || flushPipe(to, through, System.nanoTime());
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
            to.fail(Errno.of(e));
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

    private boolean flushPipe(EpollLeg to, Pipe through, long nowNanos) {
        while (through.bytes > 0 && to.writable) {
            int moved;
            try {
                moved = Native.splice(through.out.intValue(), -1, to.socket.intValue(), -1, through.bytes);
            } catch (IOException e) {
                discard();
                to.fail(Errno.of(e));
                return false;
            }
            if (moved <= 0) {
                to.writable = false;
            } else {
                through.bytes -= moved;
                to.traffic.sent(moved, nowNanos);
            }
        }
        if (through.bytes > 0) {
            to.traffic.held(through.bytes);
            pause(nowNanos);
            return false;
        }
        return true;
    }

    private void received(int bytes, long nowNanos) {
        boolean first = traffic.firstReceivedAtNanos == LegTraffic.NEVER;
        traffic.received(bytes, nowNanos);
        if (first) {
            session.firstByte(leg, nowNanos);
        }
    }

    private void pause(long nowNanos) {
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

    private void readFailed(IOException error) {
        readable = false;
        inputEnded = true;
        fail(Errno.of(error));
        tellDelivered();
    }

    private void tellDelivered() {
        if (!deliveredTold && !closed) {
            deliveredTold = true;
            session.delivered(leg);
        }
    }
}
