package dev.finspect.relay.nio;

import dev.finspect.relay.Dialer;
import dev.finspect.relay.LegIo;
import dev.finspect.relay.RelaySession;
import dev.finspect.relay.Timeouts;
import dev.finspect.session.live.LegTraffic;
import dev.finspect.tcp.ConnectResult;
import dev.finspect.tcp.Errno;
import dev.finspect.tcp.Leg;
import dev.finspect.wire.TcpInfo;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One leg on a NIO channel; moves the bytes from it to its peer. Confined to the loop. Longer than most, because
 * its parts share every field.
 *
 * <p>One read at a time: its bytes are written to the peer at once, and the leg is read again when the peer's kernel has
 * them all. So Netty's queue never holds more than one read for a peer.
 *
 * <p>What NIO cannot see, and what follows: an RST shows only at the next read or write, so not while this leg is paused
 * because its peer takes nothing, and not after its FIN was read; an upstream that resets as soon as it is connected may
 * count as a failed attempt; urgent data has no mark (its byte stays in the stream).
 * There is no tcp_info, so what is acknowledged is not known: see {@link #presumedAcknowledged}.
 */
final class NioLeg extends ChannelInboundHandlerAdapter implements LegIo, Dialer, Dialer.Attempt {
    /** What a kernel may send at once on a fresh connection: ten segments (RFC 6928). */
    private static final int INITIAL_WINDOW_BYTES = 14_600;

    /** Writes closer together than this count as one burst: most round trips are shorter. */
    private static final long BURST_GAP_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private static final long QUIET_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final int DRAIN_BYTES = 64 * 1024;
    private static final Dialer.Attempt NO_ATTEMPT = () -> null;

    private final NioLoop loop;
    private final NioSocket channel;
    private final RelaySession session;
    private final Leg leg;
    private final LegTraffic traffic;
    private @Nullable NioLeg peer;
    private Dialer.@Nullable Requester requester;
    /** What was read here and is not yet all in the peer's kernel queue; a reference of our own. */
    private @Nullable ByteBuf underWay;

    private long burstBytes;
    private int heldBytes;
    private int uncounted;
    private boolean reading;
    private boolean inputEnded;
    private boolean deliveredReported;
    private boolean failed;
    private boolean closed;

    NioLeg(NioLoop loop, NioSocket channel, RelaySession session, Leg leg) {
        this.loop = loop;
        this.channel = channel;
        this.session = session;
        this.leg = leg;
        this.traffic = session.traffic(leg);
        channel.pipeline().addLast(this);
    }

    /** Reads the PROXY header with which the peer must begin, and reports it to the session. */
    void awaitHeader() {
        channel.pipeline().addFirst(new NioHeaderReader(session));
        channel.read();
    }

    /** Writes the PROXY header, for which an unused connection has room; whether it went. */
    private boolean sendHeader(byte[] header) {
        ChannelFuture written = channel.writeAndFlush(Unpooled.wrappedBuffer(header));
        if (written.isSuccess()) {
            session.headerSent(header);
        }
        return written.isDone(); // If that failed, the connection is over already, which is reported later.
    }

    // Events of the channel.

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        NioLeg to = peer;
        if (closed || to == null) {
            bytes.release();
            return;
        }
        long now = System.nanoTime();
        boolean first = traffic.firstReceivedAtNanos == LegTraffic.NEVER;
        traffic.received(bytes.readableBytes(), now);
        if (first) {
            session.firstByte(leg, now);
        }
        if (reading) {
            pass(bytes, to, now);
        } else {
            to.traffic.undeliveredBytes += bytes.readableBytes();
            bytes.release();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event == ChannelInputShutdownEvent.INSTANCE && !inputEnded && !closed) {
            inputEnded = true;
            session.inputEnded(leg);
            reportDelivered();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable error) {
        if (error instanceof IOException) {
            inputEnded = true;
            fail(NioErrno.of(error));
            reportDelivered();
        } else {
            session.broken(error);
        }
    }

    /** Netty has closed the channel by itself: it could not even shut its output after a failed write. */
    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (!closed && requester == null) {
            inputEnded = true;
            fail(Errno.UNKNOWN);
            reportDelivered();
        }
    }

    // Moving the bytes.

    private void pass(ByteBuf bytes, NioLeg to, long nowNanos) {
        boolean shown = session.looksAtBytes();
        int from = bytes.readerIndex();
        int length = bytes.readableBytes();
        if (shown) {
            bytes.retain();
        }
        underWay = bytes.retain();
        uncounted = length;
        to.channel.writeAndFlush(bytes).addListener(written -> written(bytes, to, written));
        if (underWay != null) {
            heldBytes = bytes.capacity();
            loop.heldBytes().take(heldBytes);
            to.traffic.held(bytes.readableBytes());
            countSent(bytes.readableBytes(), to);
            session.paused(leg, nowNanos);
        }
        if (shown) {
            // A buffer of its own: what is left to write may still be in Netty's.
            session.read(leg, bytes.nioBuffer(from, length), 0, length);
            bytes.release();
        }
    }

    private void written(ByteBuf bytes, NioLeg to, Future<?> written) {
        boolean dropped = underWay == null;
        if (!dropped) {
            int left = written.isSuccess() ? 0 : bytes.readableBytes();
            countSent(left, to);
            giveBackUnderWay(bytes, to, left);
        }
        if (!written.isSuccess()) {
            to.fail(NioErrno.of(written.cause()));
        } else if (!dropped) {
            goOn();
        }
    }

    /** Counts what the peer's kernel has taken since the last call, when {@code left} bytes are not with it yet. */
    private void countSent(int left, NioLeg to) {
        if (left < uncounted) {
            to.sent(uncounted - left, System.nanoTime());
            uncounted = left;
        }
    }

    private void sent(int bytes, long nowNanos) {
        if (traffic.lastSentAtNanos != LegTraffic.NEVER && nowNanos - traffic.lastSentAtNanos >= BURST_GAP_NANOS) {
            burstBytes = 0;
        }
        burstBytes += bytes;
        traffic.sent(bytes, nowNanos);
    }

    private void giveBackUnderWay(ByteBuf bytes, NioLeg to, int lost) {
        underWay = null;
        bytes.release();
        to.traffic.undeliveredBytes += lost;
        if (heldBytes > 0) {
            loop.heldBytes().giveBack(heldBytes);
            heldBytes = 0;
            if (lost == 0) {
                session.resumed(leg, System.nanoTime());
            }
        }
    }

    private void goOn() {
        if (inputEnded) {
            reportDelivered();
        } else if (reading && !closed) {
            channel.read();
        }
    }

    private void reportDelivered() {
        if (underWay == null && !deliveredReported && !closed) {
            deliveredReported = true;
            session.delivered(leg);
        }
    }

    private void fail(Errno errno) {
        if (!failed && !closed) {
            failed = true;
            session.failed(leg, errno);
        }
    }

    /** Drops what was read here and is not with the peer, whose connection is over or about to be. */
    private void discard() {
        ByteBuf bytes = underWay;
        NioLeg to = peer;
        if (bytes != null && to != null) {
            countSent(bytes.readableBytes(), to);
            giveBackUnderWay(bytes, to, bytes.readableBytes());
        }
    }

    // Commands of the session.

    @Override
    public void startReading() {
        reading = true;
        channel.read();
    }

    @Override
    public void stopReading() {
        reading = false;
        discard();
    }

    @Override
    public void deliverRest() {
        reading = true;
        if (underWay == null) {
            goOn();
        }
    }

    @Override
    public boolean shutOutput() {
        ChannelFuture shut = channel.shutdownOutput();
        return shut.isSuccess() && !failed;
    }

    @Override
    public void reset() {
        if (!closed) {
            channel.config().setOption(io.netty.channel.ChannelOption.SO_LINGER, 0);
            giveBack();
        }
    }

    @Override
    public void close() {
        if (failed && !inputEnded && !closed) {
            countUnread();
        }
        giveBack();
    }

    @Override
    public @Nullable TcpInfo tcpInfo() {
        return null;
    }

    /**
     * A guess, since NIO has no reading of the kernel's queue. A burst that fits the first window of a connection has left
     * the machine at once, and a short quiet after it is enough, unless a segment was lost. After a longer burst the queue
     * may hold anything: then all the time is waited that the configuration allows before an RST
     * ({@link Timeouts#resetDelivery}), counted from the last write.
     */
    @Override
    public boolean presumedAcknowledged(long nowNanos) {
        long last = traffic.lastSentAtNanos;
        return last == LegTraffic.NEVER
                || nowNanos - last
                        >= session.route().settings().timeouts().resetDelivery().toNanos()
                || (burstBytes <= INITIAL_WINDOW_BYTES && nowNanos - last >= QUIET_NANOS);
    }

    private void giveBack() {
        if (!closed) {
            NioLeg other = peer;
            if (other != null) {
                other.discard();
            }
            discard();
            closed = true;
            channel.close().addListener(NioLoop.IGNORE);
        }
    }

    /** What a peer that reset its connection had sent, and what there is no time left to deliver. */
    private void countUnread() {
        NioLeg to = peer;
        ByteBuffer scratch = ByteBuffer.allocate(DRAIN_BYTES);
        try {
            int read = channel.readNow(scratch);
            while (read > 0 && to != null) {
                traffic.received(read, System.nanoTime());
                to.traffic.undeliveredBytes += read;
                read = channel.readNow(scratch.clear());
            }
        } catch (IOException e) {
            inputEnded = true;
        }
    }

    // Connecting.

    @Override
    public Dialer.Attempt dial(Dialer.Requester requester, InetSocketAddress address) {
        NioSocket opened;
        try {
            opened = NioSocket.open(session.route().settings().upstreamSocket());
        } catch (IOException | RuntimeException e) {
            Errno errno = NioErrno.of(e);
            if (errno.isShortage()) {
                loop.shortage().run();
            }
            requester.failed(errno, NioErrno.words(errno, e), null);
            return NO_ATTEMPT;
        }
        NioLeg upstream = new NioLeg(loop, loop.prepared(opened), session, leg.other());
        upstream.requester = requester;
        upstream.peer = this;
        loop.register(opened);
        opened.connect(address).addListener(connected -> upstream.answered(connected, this));
        return upstream;
    }

    @Override
    public @Nullable InetSocketAddress abandon() {
        requester = null;
        closed = true;
        channel.close().addListener(NioLoop.IGNORE);
        // Java does not report the address of a socket that never connected.
        return null;
    }

    private void answered(Future<?> connected, NioLeg client) {
        Dialer.Requester asked = requester;
        requester = null;
        if (asked == null) {
            return;
        }
        byte[] header = connected.isSuccess() ? session.headerForUpstream() : new byte[0];
        if (connected.isSuccess() && (header.length == 0 || sendHeader(header))) {
            client.peer = this;
            asked.connected(this, channel.localAddress());
        } else {
            closed = true;
            channel.close().addListener(NioLoop.IGNORE);
            if (connected.isSuccess()) {
                asked.failed(ConnectResult.FAILED, "no room for the PROXY header", null);
                return;
            }
            Errno errno = NioErrno.of(connected.cause());
            asked.failed(errno, NioErrno.words(errno, connected.cause()), null);
        }
    }
}
