package dev.finspect.admin;

import dev.finspect.admin.upload.RequestBody;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/** The file that comes with a request, of which the event loop reads as much as its reader takes. Confined to the event loop. */
final class ArrivingFile {
    private final RequestBody body;

    /** Of a request whose headers have arrived; a part may take {@code patience} to arrive. */
    ArrivingFile(ChannelHandlerContext context, HttpRequest request, Duration patience) {
        AtomicBoolean expected = new AtomicBoolean(HttpUtil.is100ContinueExpected(request));
        this.body = new RequestBody(
                () -> context.executor().execute(() -> readMore(context, expected.getAndSet(false))), patience);
    }

    private static void readMore(ChannelHandlerContext context, boolean clientWaits) {
        if (clientWaits) {
            var unused = context.writeAndFlush(new DefaultFullHttpResponse(
                    HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE, Unpooled.EMPTY_BUFFER));
        }
        context.read();
    }

    /** For its reader, which is another thread. */
    RequestBody body() {
        return body;
    }

    /** A part has arrived, which stays the caller's. */
    void arrived(HttpContent part) {
        if (part.decoderResult().isFailure()) {
            body.broken();
            return;
        }
        body.arrived(ByteBufUtil.getBytes(part.content()));
        if (part instanceof LastHttpContent) {
            body.complete();
        }
    }

    /** The connection has ended. */
    void broken() {
        body.broken();
    }

    /** Whether more of it is to be read. */
    boolean wantsMore() {
        return body.wantsMore();
    }

    /** Whether nothing more of it comes. */
    boolean isOver() {
        return body.isOver();
    }
}
