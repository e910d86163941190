package dev.finspect.admin;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import org.jspecify.annotations.Nullable;

/**
 * Writes one response, a piece at a time: the next when the socket has taken the one before. Confined to the admin server's event
 * loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // The connection closes when a write fails.
final class ResponseWrite {
    /** Bytes of a piece: what the allocator holds for a connection outside the heap. */
    private static final int PIECE_BYTES = 32 << 10;

    private final ChannelHandlerContext context;
    private final AdminResponse response;
    private final @Nullable HttpRequest request;
    private final boolean keepAlive;
    private final Runnable taken;
    private final Done done;
    private byte[] bytes;
    private int sent;
    private boolean last;

    /** How a response ends. */
    @FunctionalInterface
    interface Done {
        /**
         * All is sent, or no more can be.
         *
         * @param whole whether all is
         * @param keepAlive whether another request may follow
         */
        void done(boolean whole, boolean keepAlive);
    }

    /**
     * A null {@code request} was rejected: the connection closes after the response. {@code taken} is called for each piece that
     * the socket has taken.
     */
    ResponseWrite(
            ChannelHandlerContext context,
            AdminResponse response,
            @Nullable HttpRequest request,
            Runnable taken,
            Done done) {
        this.context = context;
        this.response = response;
        this.request = request;
        // HTTP/1.0 has no chunks: the end of the connection is the end of the body.
        this.keepAlive = request != null
                && HttpUtil.isKeepAlive(request)
                && (response.rest() == null || request.protocolVersion().isKeepAliveDefault());
        this.taken = taken;
        this.done = done;
        this.bytes = response.body();
        this.last = response.rest() == null;
    }

    /** Writes the head and the first piece. */
    void begin() {
        boolean bodiless = request != null && request.method().equals(HttpMethod.HEAD);
        if (bodiless || (last && bytes.length <= PIECE_BYTES)) {
            response.discard();
            DefaultFullHttpResponse whole = new DefaultFullHttpResponse(
                    HttpVersion.HTTP_1_1,
                    response.status(),
                    bodiless ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(bytes));
            headers(whole.headers());
            context.writeAndFlush(whole).addListener(written -> done.done(written.isSuccess(), keepAlive));
            return;
        }
        DefaultHttpResponse head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, response.status());
        headers(head.headers());
        context.write(head);
        piece();
    }

    private void piece() {
        int length = Math.min(PIECE_BYTES, bytes.length - sent);
        DefaultHttpContent piece = new DefaultHttpContent(Unpooled.wrappedBuffer(bytes, sent, length));
        sent += length;
        boolean end = last && sent == bytes.length;
        if (end) {
            context.write(piece);
        }
        context.writeAndFlush(end ? LastHttpContent.EMPTY_LAST_CONTENT : piece).addListener(written -> {
            if (written.isSuccess()) {
                taken.run();
            }
            if (!written.isSuccess() || end) {
                finish(written.isSuccess());
            } else if (sent < bytes.length) {
                piece();
            } else {
                more();
            }
        });
    }

    private void more() {
        ChunkSource rest = response.rest();
        if (rest == null) {
            finish(true);
            return;
        }
        rest.next()
                .whenCompleteAsync(
                        (chunk, failure) -> {
                            if (failure != null || !context.channel().isActive()) {
                                // The client sees that the body has no end.
                                finish(false);
                            } else {
                                bytes = chunk.bytes();
                                sent = 0;
                                last = chunk.last();
                                piece();
                            }
                        },
                        context.executor());
    }

    private void finish(boolean whole) {
        response.discard();
        done.done(whole, keepAlive);
    }

    private void headers(HttpHeaders headers) {
        headers.set(HttpHeaderNames.CONTENT_TYPE, response.contentType())
                .set(HttpHeaderNames.CACHE_CONTROL, "no-store")
                .set("X-Content-Type-Options", "nosniff")
                .set("Referrer-Policy", "no-referrer")
                .set("Cross-Origin-Resource-Policy", "same-origin")
                .set(HttpHeaderNames.CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'");
        if (response.rest() == null) {
            headers.set(HttpHeaderNames.CONTENT_LENGTH, response.body().length);
        } else if (request != null && request.protocolVersion().isKeepAliveDefault()) {
            headers.set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
        }
        response.headers().forEach(headers::set);
        if (!keepAlive) {
            headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        } else if (request != null && !request.protocolVersion().isKeepAliveDefault()) {
            headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.KEEP_ALIVE);
        }
    }
}
