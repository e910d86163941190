package dev.finspect.relay.nio;

import dev.finspect.relay.Admission;
import dev.finspect.relay.RelayCore;
import dev.finspect.relay.RelaySession;
import dev.finspect.relay.Route;
import dev.finspect.tcp.Errno;
import dev.finspect.tcp.Leg;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A listening NIO channel on one loop that deals its connections out to all loops in turn. Confined to its loop.
 *
 * <p>At the session limit it stops accepting until there is room; when accept() fails, for a tenth of a second.
 */
final class NioListener extends NioServerSocketChannel {
    private static final Logger LOG = LoggerFactory.getLogger(NioListener.class);
    private static final int BACKLOG = 4096;
    private static final long PAUSE_MILLIS = 100;
    /** More than the accept queue holds. */
    private static final int MOST_ACCEPTED_AT_THE_END = 2 * BACKLOG;

    private final RelayCore core;
    private volatile Route route;
    private final List<NioLoop> loops;
    private int next;
    private boolean pausing;

    NioListener(RelayCore core, Route route, List<NioLoop> loops) {
        this.core = core;
        this.route = route;
        this.loops = loops;
        applyReceiveBuffer();
        config().setBacklog(BACKLOG);
        config().setAutoRead(false);
        pipeline().addLast(new Accepts());
    }

    /** From now on connections are sessions of this route. Any thread. */
    void route(Route next) {
        route = next;
        applyReceiveBuffer();
    }

    private void applyReceiveBuffer() {
        Integer receiveBuffer = route.settings().clientSocket().receiveBufferBytes();
        if (receiveBuffer != null) {
            config().setReceiveBufferSize(receiveBuffer);
        }
    }

    /** Begins to accept, or goes on. */
    void start() {
        if (isOpen() && !pausing) {
            config().setAutoRead(true);
        }
    }

    /** Accepts nothing until there are descriptors for both legs of a session; looks every tenth of a second. On its loop. */
    void pause() {
        config().setAutoRead(false);
        if (!pausing) {
            pausing = true;
            var unused = eventLoop().schedule(this::lookAgain, PAUSE_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private void lookAgain() {
        pausing = false;
        try (SocketChannel client = SocketChannel.open();
                SocketChannel upstream = SocketChannel.open()) {
            LOG.debug("{} and {} could be opened: accepting again", client, upstream);
        } catch (IOException e) {
            pause();
            return;
        }
        start();
    }

    /** Accepts what waits, also above the session limit, and closes; completed when closed. On its loop. */
    CompletableFuture<Void> acceptAllAndClose() {
        config().setAutoRead(false);
        try {
            for (int i = 0; i < MOST_ACCEPTED_AT_THE_END && isOpen(); i++) {
                SocketChannel socket = javaChannel().accept();
                if (socket == null) {
                    break;
                }
                acceptAtTheEnd(socket);
            }
        } catch (IOException e) {
            LOG.debug("accepting the last clients of {}", localAddress(), e);
        }
        CompletableFuture<Void> closed = new CompletableFuture<>();
        close().addListener(done -> closed.complete(null));
        return closed;
    }

    private void acceptAtTheEnd(SocketChannel socket) throws IOException {
        try {
            NioSocket ready = NioSocket.accepted(this, socket, route.settings().clientSocket());
            boolean room = core.gate().enter();
            if (!room) {
                core.gate().enterAnyway();
            }
            pipeline().fireChannelRead(new Accepted(ready, room));
        } catch (IOException | RuntimeException e) {
            LOG.debug("a connection accepted on {} was gone at once", localAddress(), e);
            socket.close();
        }
    }

    @Override
    protected int doReadMessages(List<Object> accepted) throws Exception {
        boolean room = core.gate().enter();
        if (!room && !core.settings().rejectWhenFull()) {
            config().setAutoRead(false);
            core.gate().whenRoom(() -> eventLoop().execute(this::start));
            return 0;
        }
        Accepted taken = null;
        try {
            taken = acceptOne(room);
        } finally {
            if (room && taken == null) {
                core.gate().leave();
            }
        }
        if (taken == null) {
            return 0;
        }
        if (!room) {
            core.gate().enterAnyway();
        }
        accepted.add(taken);
        return 1;
    }

    /** The next connection; null when none waits, or the one that did was gone before it could be readied. */
    private @Nullable Accepted acceptOne(boolean room) throws IOException {
        SocketChannel socket = javaChannel().accept();
        if (socket == null) {
            return null;
        }
        try {
            return new Accepted(
                    NioSocket.accepted(this, socket, route.settings().clientSocket()), room);
        } catch (IOException | RuntimeException e) {
            LOG.debug("a connection accepted on {} was gone at once", localAddress(), e);
            socket.close();
            return null;
        }
    }

    /** Never: what failed was one connection, or a descriptor that comes back. */
    @Override
    protected boolean closeOnReadError(Throwable error) {
        return false;
    }

    private void open(Accepted accepted, NioLoop loop) {
        NioSocket socket = accepted.socket;
        InetSocketAddress listener = localAddress();
        InetSocketAddress client = socket.remoteAddress();
        InetSocketAddress local = socket.localAddress();
        RelaySession session = loop.sessions().accepted(route, listener, client, local, null);
        try {
            NioLeg leg = new NioLeg(loop, loop.prepared(socket), session, Leg.CLIENT);
            loop.register(socket);
            if (session.admit(leg, null, leg, accepted.room) == Admission.HEADER_FIRST) {
                leg.awaitHeader();
            }
        } catch (RuntimeException | Error e) {
            session.broken(e);
        }
    }

    /** A connection that was accepted, and whether the session limit had room for it. */
    private record Accepted(NioSocket socket, boolean room) {}

    private final class Accepts extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) throws IOException {
            Accepted accepted = (Accepted) message;
            NioLoop loop = loops.get(next++ % loops.size());
            if (loop.sessions().eventLoop().inEventLoop()) {
                open(accepted, loop);
                return;
            }
            try {
                loop.sessions().eventLoop().execute(() -> open(accepted, loop));
            } catch (RejectedExecutionException e) {
                accepted.socket.unsafe().closeForcibly();
                core.gate().leave();
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable error) {
            if (error instanceof Error fatal) {
                core.parts().failure().loopFailed(fatal);
            }
            Errno errno = NioErrno.of(error);
            if (errno.equals(Errno.ECONNABORTED)) {
                return;
            }
            route.counters().acceptErrors.increment();
            if (!errno.isShortage()) {
                LOG.warn("accept() on {} failed; trying again in a tenth of a second", localAddress(), error);
            }
            pause();
        }
    }
}
