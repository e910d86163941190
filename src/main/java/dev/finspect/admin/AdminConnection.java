package dev.finspect.admin;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One client connection of the admin server. It reads a request, sends the response, and only then reads the next request,
 * so that pipelined requests are answered in order. Confined to the admin server's event loop.
 *
 * <p>Auto-read is off. One deadline runs at any time: for headers, between requests, or for the client to receive the
 * response.
 */
@SuppressWarnings("FutureReturnValueIgnored") // The results of a close and of a deadline are not needed.
final class AdminConnection extends ChannelInboundHandlerAdapter {
    /** How long further input is read and discarded, so that an RST does not destroy the response in transit. */
    private static final Duration LINGER = Duration.ofSeconds(1);

    private final AdminLimits limits;
    private final OpenConnections open;
    private final RequestCheck check;
    private final RequestHandler requests;
    /** Requests that arrived while another was being served; at most those of one read. */
    private final Queue<HttpRequest> pipelined = new ArrayDeque<>();

    private Phase phase = Phase.WAITING;
    private @Nullable ChannelHandlerContext self;
    private @Nullable Future<?> deadline;

    private enum Phase {
        WAITING,
        READING_HEADERS,
        SERVING,
        LINGERING
    }

    AdminConnection(AdminLimits limits, OpenConnections open, RequestCheck check, RequestHandler requests) {
        this.limits = limits;
        this.open = open;
        this.check = check;
        this.requests = requests;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        self = context;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        if (!open.admit(context.channel())) {
            context.close();
            return;
        }
        until(context, limits.headers(), context::close);
        context.read();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        open.closed(context.channel());
        stopDeadline();
    }

    /** Bytes arrived that do not yet form a whole request. */
    void bytesArrived() {
        ChannelHandlerContext context = self;
        if (phase == Phase.WAITING && context != null) {
            phase = Phase.READING_HEADERS;
            until(context, limits.headers(), () -> tooSlow(context));
        }
    }

    private void tooSlow(ChannelHandlerContext context) {
        send(
                context,
                null,
                AdminResponse.error(
                        HttpResponseStatus.REQUEST_TIMEOUT,
                        "too_slow",
                        "the request's headers took too long to arrive"));
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ReferenceCountUtil.release(message); // Releases request content; requests themselves are not reference-counted.
        if (message instanceof HttpRequest request && phase != Phase.LINGERING) {
            if (phase == Phase.SERVING) {
                pipelined.add(request);
            } else {
                serve(context, request);
            }
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (phase != Phase.SERVING) {
            context.read();
        }
    }

    private void serve(ChannelHandlerContext context, HttpRequest request) {
        phase = Phase.SERVING;
        stopDeadline();
        open.requestStarted(context.channel());
        AdminResponse rejection = check.rejection(request);
        if (rejection != null) {
            send(context, null, rejection);
            return;
        }
        requests.handle(request)
                .thenAccept(response -> context.executor().execute(() -> send(context, request, response)));
    }

    /** Sends the response. A null {@code request} was rejected: the connection closes after the response. */
    private void send(ChannelHandlerContext context, @Nullable HttpRequest request, AdminResponse response) {
        if (!context.channel().isActive()) {
            return;
        }
        phase = Phase.SERVING;
        open.requestStarted(context.channel());
        boolean keepAlive = request != null && HttpUtil.isKeepAlive(request);
        boolean whole = request == null || !request.method().equals(HttpMethod.HEAD);
        int held = whole ? response.body().length : 0;
        if (!open.reserve(held)) {
            send(context, null, RequestHandler.tooBusy());
            return;
        }
        until(context, limits.write(), context::close);
        context.writeAndFlush(encode(response, whole, keepAlive, request)).addListener(sent -> {
            open.release(held);
            if (!sent.isSuccess()) {
                context.close();
            } else if (keepAlive) {
                next(context);
            } else {
                linger(context);
            }
        });
    }

    private void next(ChannelHandlerContext context) {
        phase = Phase.WAITING;
        open.requestEnded(context.channel());
        until(context, limits.idle(), context::close);
        HttpRequest waiting = pipelined.poll();
        if (waiting != null) {
            serve(context, waiting);
        } else {
            context.read();
        }
    }

    private static FullHttpResponse encode(
            AdminResponse response, boolean whole, boolean keepAlive, @Nullable HttpRequest request) {
        FullHttpResponse encoded = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1,
                response.status(),
                whole ? Unpooled.wrappedBuffer(response.body()) : Unpooled.EMPTY_BUFFER);
        encoded.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, response.contentType())
                .set(HttpHeaderNames.CONTENT_LENGTH, response.body().length)
                .set(HttpHeaderNames.CACHE_CONTROL, "no-store")
                .set("X-Content-Type-Options", "nosniff")
                .set("Referrer-Policy", "no-referrer")
                .set(HttpHeaderNames.CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'");
        response.headers().forEach(encoded.headers()::set);
        if (!keepAlive) {
            encoded.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        } else if (request != null && !request.protocolVersion().isKeepAliveDefault()) {
            encoded.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.KEEP_ALIVE);
        }
        return encoded;
    }

    private void linger(ChannelHandlerContext context) {
        phase = Phase.LINGERING;
        pipelined.clear();
        open.requestEnded(context.channel());
        until(context, LINGER, context::close);
        ((DuplexChannel) context.channel()).shutdownOutput();
        context.read();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        context.close();
    }

    private void until(ChannelHandlerContext context, Duration time, Runnable late) {
        stopDeadline();
        deadline = context.executor().schedule(late, time.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void stopDeadline() {
        if (deadline != null) {
            deadline.cancel(false);
            deadline = null;
        }
    }
}
