package dev.finspect.relay.nio;

import dev.finspect.record.ProxyHeader;
import dev.finspect.record.ProxyReason;
import dev.finspect.relay.RelaySession;
import dev.finspect.relay.header.ProxyHeaderCodec;
import dev.finspect.relay.header.ProxyHeaderIntake;
import dev.finspect.tcp.Leg;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Reads the PROXY header of a NIO channel, before its leg sees a byte. What came in one read with the header waits here for
 * the leg's first read, and then this handler is gone. Confined to the loop.
 */
final class NioHeaderReader extends ChannelDuplexHandler {
    private final RelaySession session;
    private final ProxyHeaderIntake intake = new ProxyHeaderIntake();
    private @Nullable ByteBuf rest;
    private boolean over;

    NioHeaderReader(RelaySession session) {
        this.session = session;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        take(bytes);
        if (intake.wanted() > 0) {
            bytes.release();
            return;
        }
        over = true;
        rest = bytes;
        ProxyHeader header = intake.broken() ? null : ProxyHeaderCodec.decode(intake.header());
        if (header == null) {
            session.headerRefused(ProxyReason.PROXY_HEADER_INVALID);
        } else {
            session.headerRead(header);
        }
    }

    private void take(ByteBuf bytes) {
        for (int wanted = intake.wanted(); wanted > 0 && bytes.isReadable(); wanted = intake.wanted()) {
            int count = Math.min(wanted, bytes.readableBytes());
            ByteBuffer some = bytes.nioBuffer(bytes.readerIndex(), count);
            bytes.skipBytes(count);
            intake.take(some, count);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        if (!over && ctx.channel().isOpen()) {
            ctx.read();
        }
    }

    /** The leg begins to read: what waits here comes first. */
    @Override
    public void read(ChannelHandlerContext ctx) {
        if (!over) {
            ctx.read();
            return;
        }
        ByteBuf waiting = rest;
        rest = null;
        ctx.pipeline().remove(this);
        if (waiting != null && waiting.isReadable()) {
            ctx.fireChannelRead(waiting);
        } else {
            if (waiting != null) {
                waiting.release();
            }
            ctx.read();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event == ChannelInputShutdownEvent.INSTANCE) {
            session.finArrived(Leg.CLIENT, System.nanoTime());
            missing();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable error) {
        ctx.fireExceptionCaught(error);
        missing();
    }

    private void missing() {
        over = true;
        session.headerRefused(ProxyReason.PROXY_HEADER_MISSING);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        ByteBuf waiting = rest;
        rest = null;
        if (waiting != null) {
            waiting.release();
        }
    }
}
