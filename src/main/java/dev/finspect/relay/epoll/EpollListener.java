package dev.finspect.relay.epoll;

import dev.finspect.relay.Interception;
import dev.finspect.relay.OwnDials;
import dev.finspect.relay.RelaySession;
import dev.finspect.relay.Route;
import dev.finspect.relay.SessionGate;
import dev.finspect.relay.SocketSettings;
import dev.finspect.tcp.Errno;
import dev.finspect.tcp.Leg;
import dev.finspect.wire.SynSegment;
import dev.finspect.wire.TcpInfo;
import io.netty.channel.ChannelException;
import io.netty.channel.IoEvent;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.epoll.LinuxSocket;
import io.netty.channel.epoll.Native;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.NativeInetAddress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A listening socket on one loop. Confined to the loop.
 *
 * <p>Connections are accepted by a task after the loop has worked through the events at hand: a descriptor opened in
 * between could get the number of one just closed, and then an event that was meant for that one.
 */
final class EpollListener implements EpollIoHandle, Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(EpollListener.class);
    private static final EpollIoOps MUTED = EpollIoOps.valueOf(Native.EPOLLET);
    private static final int ACCEPTS_A_TURN = 16;
    /** More than the accept queue holds. */
    private static final int MOST_ACCEPTED_AT_THE_END = 2 * EpollBinder.BACKLOG;

    private final EpollLoop loop;
    private final LinuxSocket socket;
    private final ListenerRoutes routes;
    private final InetSocketAddress address;
    private @Nullable IoRegistration registration;
    private boolean listens;
    private boolean queued;
    /** How many clients the next turn tries to accept: as few as came before, so that it seldom asks in vain. */
    private int tries = 1;
    /** The round in which the last turn left clients waiting, perhaps. */
    private long filledInRound = -1;

    private volatile boolean closed;

    /**
     * A bound socket.
     *
     * @param listens whether it listens already; otherwise it does from {@link #accept} on
     */
    EpollListener(
            EpollLoop loop, LinuxSocket socket, ListenerRoutes routes, InetSocketAddress address, boolean listens) {
        this.loop = loop;
        this.socket = socket;
        this.routes = routes;
        this.address = address;
        this.listens = listens;
    }

    /** The loop on which everything of this listener runs. */
    IoEventLoop eventLoop() {
        return loop.eventLoop;
    }

    /** Whether it is still open. Any thread. */
    boolean isOpen() {
        return !closed;
    }

    /** Puts it on its loop, without accepting. */
    void register() {
        registration = loop.eventLoop.register(this).getNow();
    }

    /** Begins to accept. */
    void accept() {
        if (!listens) {
            listens = true;
            try {
                socket.listen(EpollBinder.BACKLOG);
            } catch (IOException e) {
                throw new UncheckedIOException("cannot listen on " + address, e);
            }
        }
        unmute();
    }

    /** From now on accepted connections have these options. */
    void options(SocketSettings before, SocketSettings after) {
        try {
            SocketOptions.change(socket, before, after);
        } catch (IOException | ChannelException e) {
            LOG.warn("the new socket options of clients at {} are not set", address, e);
        }
    }

    /** Lets further sockets of this process listen on the address. Any thread. */
    void sharePort() {
        try {
            if (!closed) {
                socket.setReusePort(true);
            }
        } catch (IOException e) {
            LOG.debug("{} does not share its port", address, e); // The bind that needs it fails, and says why.
        }
    }

    @Override
    public FileDescriptor fd() {
        return socket;
    }

    @Override
    public void handle(IoRegistration on, IoEvent event) {
        if (!queued && !closed) {
            queued = true;
            loop.eventLoop.execute(this);
        }
    }

    /** Accepts what waits, up to {@link #tries}; epoll reports again what is left. */
    @Override
    public void run() {
        queued = false;
        try {
            acceptSome();
        } catch (RuntimeException e) {
            LOG.error("accepting on {} failed; trying again in a tenth of a second", address, e);
            pause();
        } catch (Error e) {
            loop.sessions.parts().failure().loopFailed(e);
            throw e;
        }
    }

    private void acceptSome() {
        long round = loop.sessions.round().number();
        if (round == filledInRound + 1) {
            tries = Math.min(ACCEPTS_A_TURN, 2 * tries);
        }
        for (int i = 0; i < tries && !closed; i++) {
            if (loop.shortage.isOn() && !loop.shortage.mayAccept(System.nanoTime())) {
                pause();
                return;
            }
            if (!acceptOne()) {
                tries = Math.max(1, i);
                return;
            }
        }
        filledInRound = round;
    }

    /** Lets the kernel drop or refuse new SYNs; clients that it has answered are still accepted. */
    void refuseNewClients() {
        try {
            SynFilter.attach(socket);
        } catch (IOException | ChannelException refused) {
            LOG.debug("no filter at {}: it is bound to no interface instead", address, refused);
            try {
                NoInterface.bind(socket);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Lets the kernel refuse new SYNs, or give them to another listener; clients that it has answered are still accepted. */
    void leaveInterfaces() {
        try {
            NoInterface.bind(socket);
        } catch (IOException unsupported) {
            LOG.debug("{} cannot be bound to no interface, and gets a filter instead", address, unsupported);
            refuseNewClients();
        }
    }

    /** Clients in the kernel's accept queue, which is what a listener's tcp_info has for unacknowledged segments. */
    int waitingClients() {
        TcpInfo info = closed ? null : loop.tcpInfo.read(socket);
        return info == null ? 0 : (int) Math.max(0, info.unackedSegments());
    }

    /** Accepts what waits, also above the session limit, and closes. Says so where descriptors do not suffice for that. */
    void acceptAllAndClose() {
        int more = MOST_ACCEPTED_AT_THE_END;
        while (!closed && more > 0 && acceptEvenAboveTheLimit()) {
            more--;
        }
        int left = waitingClients();
        if (left > 0) {
            LOG.warn(
                    "{} connected clients of {} could not be accepted any more and are reset without a record",
                    left,
                    address);
        }
        close();
    }

    private boolean acceptEvenAboveTheLimit() {
        SessionGate gate = loop.sessions.core().gate();
        try {
            int descriptor = socket.accept(loop.peerAddress);
            if (descriptor < 0) {
                return false;
            }
            boolean room = gate.enter();
            if (!room) {
                gate.enterAnyway();
            }
            open(descriptor, room);
            return true;
        } catch (IOException e) {
            Errno errno = NettyErrno.of(e);
            return errno.equals(Errno.ECONNABORTED) || errno.equals(Errno.EPROTO);
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            try {
                socket.close();
            } catch (IOException e) {
                LOG.debug("closing the listener on {}", address, e);
            }
            IoRegistration on = registration;
            registration = null;
            if (on != null) {
                on.cancel();
            }
        }
    }

    /** Its descriptor, for another process. Any thread. */
    int descriptor() {
        return socket.intValue();
    }

    /** Stops to accept; another process has the socket, so that the loop must forget it before it is closed here. */
    void release() {
        IoRegistration on = registration;
        registration = null;
        if (on != null) {
            on.cancel();
        }
        close();
    }

    private boolean acceptOne() {
        SessionGate gate = loop.sessions.core().gate();
        boolean room = gate.enter();
        if (!room && !loop.sessions.core().settings().rejectWhenFull()) {
            mute();
            gate.whenRoom(() -> loop.eventLoop.execute(this::unmute));
            return false;
        }
        int descriptor;
        try {
            descriptor = socket.accept(loop.peerAddress);
        } catch (IOException e) {
            if (room) {
                gate.leave();
            }
            return acceptFailed(e);
        }
        if (descriptor < 0) {
            if (room) {
                gate.leave();
            }
            return false;
        }
        if (!room) {
            gate.enterAnyway();
        }
        open(descriptor, room);
        return true;
    }

    private void open(int descriptor, boolean room) {
        LinuxSocket accepted = LinuxSocket.newSocket(descriptor);
        InetSocketAddress client = NativeInetAddress.address(loop.peerAddress, 1, loop.peerAddress[0]);
        if (routes.first().settings().interception().intercepts()) {
            OwnDials own = loop.sessions.core().ownDials();
            whenOver(own.underWay(), () -> open(accepted, client, room));
        } else {
            open(accepted, client, room);
        }
    }

    /** Runs the next step once it is known whether a client is finspect itself: at once, unless another loop is connecting. */
    private void whenOver(OwnDials.UnderWay dials, Runnable next) {
        if (dials.over()) {
            next.run();
        } else {
            loop.eventLoop.execute(() -> whenOver(dials, next));
        }
    }

    private void open(LinuxSocket accepted, InetSocketAddress client, boolean room) {
        Interception interception = routes.first().settings().interception();
        boolean asked = interception.intercepts() || address.getAddress().isAnyLocalAddress();
        InetSocketAddress known = asked ? accepted.localAddress() : address;
        InetSocketAddress local = known == null ? address : known;
        InetSocketAddress original = loop.originalDestination.of(interception.mode(), accepted, local);
        Route route = interception.intercepts() ? routes.of(original) : routes.first();
        RelaySession session = loop.sessions.accepted(route, address, client, local, original);
        EpollLeg leg = new EpollLeg(loop, accepted, session, Leg.CLIENT);
        try {
            SynSegment syn = loop.savedSyn.read(accepted);
            switch (session.admit(leg, syn, new EpollDialer(leg), room)) {
                case REFUSED -> {}
                case HEADER_FIRST -> {
                    leg.begins(new EpollHeaderReader(leg));
                    leg.register();
                }
                case STARTED -> {
                    if (!session.ended()) {
                        leg.register();
                    }
                }
            }
        } catch (RuntimeException e) {
            session.broken(e);
        }
    }

    /** Whether to go on accepting: the failure was that of one connection, not of the process. */
    private boolean acceptFailed(IOException error) {
        Errno errno = NettyErrno.of(error);
        if (errno.equals(Errno.ECONNABORTED) || errno.equals(Errno.EPROTO)) {
            return true;
        }
        routes.first().counters().acceptErrors.increment();
        if (!errno.isShortage()) {
            LOG.warn("accept() on {} failed; trying again in a tenth of a second", address, error);
        }
        loop.shortage.failed(System.nanoTime());
        pause();
        return false;
    }

    private void pause() {
        mute();
        Future<?> unused = loop.eventLoop.schedule(this::unmute, DescriptorShortage.PAUSE_NANOS, TimeUnit.NANOSECONDS);
    }

    private void mute() {
        IoRegistration on = registration;
        if (on != null) {
            on.submit(MUTED);
        }
    }

    private void unmute() {
        IoRegistration on = registration;
        if (on != null) {
            on.submit(EpollIoOps.EPOLLIN);
        }
    }
}
