package dev.finspect.relay.epoll;

import dev.finspect.relay.KeepAlive;
import dev.finspect.relay.LegIo;
import dev.finspect.relay.RelaySession;
import dev.finspect.session.live.LegTraffic;
import dev.finspect.tcp.Errno;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.TcpState;
import dev.finspect.wire.TcpInfo;
import io.netty.channel.IoEvent;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoEvent;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.epoll.LinuxSocket;
import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * One leg on an epoll loop: receives the events of its socket and executes the session's commands. {@link EpollOutput} writes,
 * {@link EpollCopy} and {@link EpollBulk} move what is read to the peer's output. Confined to the loop. Until bytes may flow, an
 * {@link EpollPhase} receives the events.
 *
 * <p>Registered once, edge-triggered; nothing is allocated for a chunk of bytes.
 *
 * <p>What the bits mean (epoll_ctl(2)): ERR an RST or another error, RDHUP a FIN in the kernel, perhaps behind unread
 * bytes, HUP both directions shut. The first failed call uses the error up, after which an RST looks like a FIN: so the
 * first error of any call is kept, and a leg that has failed once never reports a FIN.
 */
final class EpollLeg implements EpollIoHandle, LegIo, EpollInput {
    private static final EpollIoOps ALL =
            EpollIoOps.valueOf(EpollBits.IN | EpollBits.OUT | EpollBits.RDHUP | EpollBits.PRI | EpollBits.EDGES);
    /**
     * While the output is blocked: no edges for input that could not be read anyway. Without PRI as well, since the kernel
     * wakes for PRI whenever bytes come, urgent or not; once input counts again it reports urgent data that is there.
     */
    private static final EpollIoOps NO_INPUT = EpollIoOps.valueOf(EpollBits.OUT | EpollBits.RDHUP | EpollBits.EDGES);
    /** Reads before the other sockets of the loop get their turn. */
    private static final int READS_A_TURN = 16;
    /** The same where each may move a megabyte: more, and both ends wait for the relay by turns. */
    private static final int SPLICES_A_TURN = 4;

    /** How far the connection is. */
    private enum Life {
        ALIVE,
        /** An RST or another error has ended it; its socket is still open. */
        FAILED,
        CLOSED
    }

    /** How far the peer's bytes are read. */
    private enum Reading {
        OPEN,
        /** The kernel has the FIN, perhaps behind unread bytes. */
        FIN_ARRIVED,
        /** Everything is read. */
        AT_END,
        /** Everything is in the other leg's kernel queue, and the session has that reported. */
        DELIVERED;

        boolean isAtEnd() {
            return compareTo(AT_END) >= 0;
        }
    }

    final EpollLoop loop;
    final LinuxSocket socket;
    final RelaySession session;
    final Leg leg;
    final LegTraffic traffic;
    private @Nullable EpollLeg peer;
    private @Nullable IoRegistration registration;
    /** Receives the events before bytes may flow; null once they may. */
    private @Nullable EpollPhase phase;
    /** Moves many bytes; null before there were many. */
    private @Nullable EpollBulk bulk;
    /** The socket's local end, kept while the leg lives, where it is one that may be intercepted. */
    @Nullable
    InetSocketAddress ownDial;

    private final EpollOutput output;
    private final EpollCopy copy;
    private Life life = Life.ALIVE;
    private Reading input = Reading.OPEN;
    /** The session has commanded to read. */
    private boolean reading;
    /** A read may find something. */
    private boolean readable;
    /** The other leg takes no more for now, and the session has that reported. */
    private boolean paused;
    /** epoll reports no input. */
    private boolean muted;

    private boolean urgent;

    /** The client's leg on an accepted socket; {@link #register} must follow, unless it is closed at once. */
    EpollLeg(EpollLoop loop, LinuxSocket socket, RelaySession session, Leg leg) {
        this.loop = loop;
        this.socket = socket;
        this.session = session;
        this.leg = leg;
        this.traffic = session.traffic(leg);
        this.output = new EpollOutput(socket, traffic);
        this.copy = new EpollCopy(this);
    }

    /** Asks epoll for all edges. */
    void register() {
        IoRegistration registered = loop.eventLoop.register(this).getNow();
        registration = registered;
        registered.submit(ALL);
    }

    // Events of the socket.

    @Override
    public FileDescriptor fd() {
        return socket;
    }

    @Override
    public void handle(IoRegistration on, IoEvent event) {
        if (isClosed()) {
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

    /** Gives the events of the socket to this phase until {@link #flows}. */
    void begins(EpollPhase before) {
        phase = before;
    }

    /** Bytes may flow: the leg itself receives the events from now on. */
    void flows() {
        phase = null;
    }

    /** The other leg is there. */
    void pairWith(EpollLeg other) {
        peer = other;
    }

    /** Handles the events of a leg whose bytes may flow. */
    void ready(int bits) {
        if (EpollBits.any(bits, EpollBits.ERR) && !isClosed()) {
            errorSeen();
        }
        if (isClosed()) {
            return;
        }
        if (EpollBits.any(bits, EpollBits.RDHUP | EpollBits.PRI)) {
            endOrUrgent(bits, System.nanoTime());
        }
        if (EpollBits.any(bits, EpollBits.IN)) {
            muteWhileBlocked();
            readable = true;
        }
        if (EpollBits.any(bits, EpollBits.OUT) && output.drained() && peer != null) {
            peer.pump();
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
            if (input == Reading.OPEN) {
                input = Reading.FIN_ARRIVED;
                if (life == Life.ALIVE) {
                    session.finArrived(leg, nowNanos);
                }
            }
        }
    }

    private void muteWhileBlocked() {
        IoRegistration on = registration;
        if (readable && paused && !muted && on != null) {
            muted = true;
            on.submit(NO_INPUT);
        }
    }

    /** The socket has an error: reads it, or takes the state for it. */
    void errorSeen() {
        Errno errno = Errno.UNKNOWN;
        try {
            errno = new Errno(socket.getSoError());
        } catch (IOException e) {
            // The state decides.
        }
        if (!errno.equals(Errno.UNKNOWN)) {
            fail(errno);
        } else if (life != Life.FAILED) {
            TcpInfo info = tcpInfo();
            if (info != null && info.state() == TcpState.CLOSED && !input.isAtEnd()) {
                fail(Errno.UNKNOWN);
            }
        }
    }

    /** The connection is over, by an RST or otherwise; only the first time counts. */
    void fail(Errno errno) {
        readable = true;
        if (life == Life.ALIVE) {
            life = Life.FAILED;
            if (peer != null && !peer.isClosed()) {
                peer.output.uncork();
            }
            session.failed(leg, errno);
        }
    }

    // Commands of the session.

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
        if (output.shut()) {
            return true;
        }
        errorSeen();
        return false;
    }

    @Override
    public void reset() {
        if (!isClosed()) {
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
        if (life == Life.FAILED && !input.isAtEnd()) {
            countUnread();
        }
        giveBack();
    }

    /** Counts what a peer that reset its connection had sent and what there is no time left to deliver. */
    private void countUnread() {
        EpollLeg to = peer;
        try {
            int read = to == null ? -1 : socket.recvAddress(loop.scratchAddress, 0, EpollLoop.SCRATCH_BYTES);
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
        return isClosed() ? null : loop.tcpInfo.read(socket);
    }

    @Override
    public long receiveMemoryBytes() {
        return isClosed() ? -1 : loop.tcpInfo.receiveMemoryBytes(socket);
    }

    @Override
    public KeepAlive.Swap keepAlive(KeepAlive wanted) {
        if (isClosed()) {
            return KeepAlive.Swap.refused("The leg is closed.");
        }
        try {
            return KeepAliveOption.swap(socket, wanted);
        } catch (IOException e) {
            return KeepAlive.Swap.refused("The kernel refused to change keep-alive: " + e.getMessage());
        }
    }

    /** Closes the socket, once. */
    void giveBack() {
        if (isClosed()) {
            return;
        }
        life = Life.CLOSED;
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

    @Override
    public void discard() {
        int lost = copy.discard() + (bulk == null ? 0 : bulk.discard());
        if (peer != null) {
            peer.traffic.undeliveredBytes += lost;
        }
    }

    // Moving the bytes.

    /** Moves bytes from this leg to its peer until there are none, the peer takes none, or others must have their turn. */
    private void pump() {
        EpollLeg to = peer;
        if (!reading || isClosed() || to == null || !flush(to.output)) {
            return;
        }
        if (paused) {
            paused = false;
            session.resumed(leg, System.nanoTime());
        }
        if (input.isAtEnd()) {
            reportDelivered();
            return;
        }
        long now = System.nanoTime();
        int turns = isBulk() ? SPLICES_A_TURN : READS_A_TURN;
        while (readable) {
            if (!to.output.isWritable()) {
                pause(now);
                return;
            }
            if (turns-- == 0) {
                listenAgain();
                return;
            }
            EpollBulk many = bulk;
            boolean goesOn = (many != null && many.isOn()) ? many.move(to.output, now) : copy.move(to.output, now);
            if (!goesOn) {
                return;
            }
        }
        if (muted) {
            listenAgain();
        }
    }

    /** Has epoll examine the socket again: it reports at once what is there already. */
    private void listenAgain() {
        muted = false;
        IoRegistration on = registration;
        if (on != null) {
            on.submit(ALL);
        }
    }

    @Override
    public void goInBulk() {
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

    @Override
    public EpollLoop loop() {
        return loop;
    }

    @Override
    public LinuxSocket socket() {
        return socket;
    }

    @Override
    public boolean urgentSeen() {
        return urgent;
    }

    @Override
    public boolean finArrived() {
        return input != Reading.OPEN;
    }

    @Override
    public boolean endMayHaveCome() {
        return finArrived() || life == Life.FAILED;
    }

    @Override
    public boolean isClosed() {
        return life == Life.CLOSED;
    }

    @Override
    public void readable(boolean maybe) {
        readable = maybe;
    }

    @Override
    public void writeFailed(Errno errno) {
        if (peer != null) {
            peer.fail(errno);
        }
    }

    private boolean flush(EpollOutput to) {
        return copy.flush(to) && (bulk == null || bulk.flush(to));
    }

    @Override
    public void received(int bytes, long nowNanos) {
        boolean first = traffic.firstReceivedAtNanos == LegTraffic.NEVER;
        traffic.received(bytes, nowNanos);
        if (first) {
            session.firstByte(leg, nowNanos);
        }
    }

    @Override
    public void show(int bytes) {
        if (session.looksAtBytes()) {
            session.read(leg, loop.scratch, 0, bytes);
        }
    }

    @Override
    public void pause(long nowNanos) {
        if (!paused) {
            paused = true;
            session.paused(leg, nowNanos);
        }
    }

    @Override
    public void endOfInput() {
        readable = false;
        input = Reading.AT_END;
        session.inputEnded(leg);
        reportDelivered();
    }

    @Override
    public void readFailed(IOException error) {
        readable = false;
        input = Reading.AT_END;
        fail(NettyErrno.of(error));
        reportDelivered();
    }

    private void reportDelivered() {
        if (input != Reading.DELIVERED && !isClosed()) {
            input = Reading.DELIVERED;
            session.delivered(leg);
        }
    }
}
