package dev.finspect.relay.epoll;

import dev.finspect.relay.KeepAlive;
import dev.finspect.relay.LegIo;
import dev.finspect.relay.RelaySession;
import dev.finspect.tcp.Errno;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.TcpState;
import dev.finspect.wire.TcpInfo;
import io.netty.channel.IoEvent;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoEvent;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.LinuxSocket;
import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * One leg on an epoll loop: receives the events of its socket and executes the session's commands. {@link EpollReader} moves what
 * its peer sends, {@link EpollOutput} writes. Confined to the loop. Until bytes may flow, an {@link EpollPhase} receives the
 * events.
 *
 * <p>What the bits mean (epoll_ctl(2)): ERR an RST or another error, RDHUP a FIN in the kernel, perhaps behind unread
 * bytes, HUP both directions shut. The first failed call uses the error up, after which an RST looks like a FIN: so the
 * first error of any call is kept, and a leg that has failed once never reports a FIN.
 */
final class EpollLeg implements EpollIoHandle, LegIo, EpollReader.Connection {
    /** How far the connection is. */
    private enum Life {
        ALIVE,
        /** An RST or another error has ended it; its socket is still open. */
        FAILED,
        CLOSED
    }

    final EpollLoop loop;
    final LinuxSocket socket;
    final RelaySession session;
    final Leg leg;
    private @Nullable EpollLeg peer;
    /** Receives the events before bytes may flow; null once they may. */
    private @Nullable EpollPhase phase;
    /** The socket's local end, kept while the leg lives, where it is one that may be intercepted. */
    @Nullable
    InetSocketAddress ownDial;

    private final EpollOutput output;
    private final EpollReader reader;
    private final EpollInterest interest = new EpollInterest();
    private Life life = Life.ALIVE;

    /** The client's leg on an accepted socket; {@link #register} must follow, unless it is closed at once. */
    EpollLeg(EpollLoop loop, LinuxSocket socket, RelaySession session, Leg leg) {
        this.loop = loop;
        this.socket = socket;
        this.session = session;
        this.leg = leg;
        this.output = new EpollOutput(socket, session.traffic(leg), interest);
        this.reader = new EpollReader(loop, socket, session, leg, this, interest);
    }

    /** Asks epoll for all edges. */
    void register() {
        interest.register(loop.eventLoop, this, leg == Leg.UPSTREAM);
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
        reader.pairWith(other.output);
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
            reader.endOrUrgent(bits, System.nanoTime());
        }
        if (EpollBits.any(bits, EpollBits.IN)) {
            reader.inputCame();
        }
        if (EpollBits.any(bits, EpollBits.OUT) && output.drained() && peer != null) {
            peer.reader.pump();
        }
        if (EpollBits.any(bits, EpollBits.HUP)) {
            session.queueMoved(leg);
        }
        reader.pumpIfReadable();
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
            if (info != null && info.state() == TcpState.CLOSED && !reader.isAtEnd()) {
                fail(Errno.UNKNOWN);
            }
        }
    }

    /** The connection is over, by an RST or otherwise; only the first time counts. */
    @Override
    public void fail(Errno errno) {
        reader.readable(true);
        if (life == Life.ALIVE) {
            life = Life.FAILED;
            if (peer != null && !peer.isClosed()) {
                peer.output.uncork();
            }
            session.failed(leg, errno);
        }
    }

    @Override
    public void otherFailed(Errno errno) {
        if (peer != null) {
            peer.fail(errno);
        }
    }

    @Override
    public boolean hasFailed() {
        return life == Life.FAILED;
    }

    @Override
    public boolean isClosed() {
        return life == Life.CLOSED;
    }

    // Commands of the session.

    @Override
    public void startReading() {
        reader.start();
    }

    @Override
    public void stopReading() {
        reader.stop();
    }

    @Override
    public void deliverRest() {
        reader.deliverRest();
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
        if (life == Life.FAILED && !reader.isAtEnd()) {
            reader.countUnread();
        }
        giveBack();
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
        reader.discard();
        closeQuietly(socket);
        InetSocketAddress dialled = ownDial;
        if (dialled != null) {
            loop.sessions.core().ownDials().remove(dialled);
        }
        interest.cancel();
    }

    static void closeQuietly(LinuxSocket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // close(2) gives the descriptor back even when it reports an error.
        }
    }
}
