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
 * One client of the admin server: reads a request, has it answered, and only then reads the next, so that pipelined
 * requests are answered in order. Confined to the admin server's event loop.
 *
 * <p>The channel reads when told to, never by itself. At each moment one deadline runs: for headers, between requests, or
 * for the client to take its answer.
 */
@SuppressWarnings("FutureReturnValueIgnored") // What becomes of a close or of a deadline changes nothing here.
final class Connection extends ChannelInboundHandlerAdapter {
    /** How long what a client still sends is read and thrown away, so that an RST does not overtake its answer. */
    private static final Duration LINGER = Duration.ofSeconds(1);

    private final AdminLimits limits;
    private final OpenConnections open;
    private final Gate gate;
    private final Requests requests;
    /** Requests that came while another was being served: those of one read at most. */
    private final Queue<HttpRequest> pipelined = new ArrayDeque<>();

    private State state = State.WAITING;
    private @Nullable ChannelHandlerContext self;
    private @Nullable Future<?> deadline;

    private enum State {
        WAITING,
        READING_HEADERS,
        SERVING,
        LINGERING
    }

    Connection(AdminLimits limits, OpenConnections open, Gate gate, Requests requests) {
        this.limits = limits;
        this.open = open;
        this.gate = gate;
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
        open.left(context.channel());
        stopDeadline();
    }

    /** Bytes have come that are not yet a whole request. */
    void bytesArrived() {
        ChannelHandlerContext context = self;
        if (state == State.WAITING && context != null) {
            state = State.READING_HEADERS;
            until(context, limits.headers(), () -> tooSlow(context));
        }
    }

    private void tooSlow(ChannelHandlerContext context) {
        send(
                context,
                null,
                Answer.error(HttpResponseStatus.REQUEST_TIMEOUT, "too_slow", "the request's headers came too slowly"));
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ReferenceCountUtil.release(message); // The content of a request; requests themselves are not counted.
        if (message instanceof HttpRequest request && state != State.LINGERING) {
            if (state == State.SERVING) {
                pipelined.add(request);
            } else {
                serve(context, request);
            }
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (state != State.SERVING) {
            context.read();
        }
    }

    private void serve(ChannelHandlerContext context, HttpRequest request) {
        state = State.SERVING;
        stopDeadline();
        open.serves(context.channel());
        Answer refusal = gate.refusal(request);
        if (refusal != null) {
            send(context, null, refusal);
            return;
        }
        requests.answer(request).thenAccept(answer -> context.executor().execute(() -> send(context, request, answer)));
    }

    /** Sends the answer; the connection ends after it where {@code request} is null, for it was turned away. */
    private void send(ChannelHandlerContext context, @Nullable HttpRequest request, Answer answer) {
        if (!context.channel().isActive()) {
            return;
        }
        state = State.SERVING;
        open.serves(context.channel());
        boolean keepAlive = request != null && HttpUtil.isKeepAlive(request);
        boolean whole = request == null || !request.method().equals(HttpMethod.HEAD);
        int held = whole ? answer.body().length : 0;
        if (!open.hold(held)) {
            send(context, null, Requests.tooBusy());
            return;
        }
        until(context, limits.write(), context::close);
        context.writeAndFlush(response(answer, whole, keepAlive, request)).addListener(sent -> {
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
        state = State.WAITING;
        open.waits(context.channel());
        until(context, limits.idle(), context::close);
        HttpRequest waiting = pipelined.poll();
        if (waiting != null) {
            serve(context, waiting);
        } else {
            context.read();
        }
    }

    private static FullHttpResponse response(
            Answer answer, boolean whole, boolean keepAlive, @Nullable HttpRequest request) {
        FullHttpResponse response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1,
                answer.status(),
                whole ? Unpooled.wrappedBuffer(answer.body()) : Unpooled.EMPTY_BUFFER);
        response.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, answer.contentType())
                .set(HttpHeaderNames.CONTENT_LENGTH, answer.body().length)
                .set(HttpHeaderNames.CACHE_CONTROL, "no-store")
                .set("X-Content-Type-Options", "nosniff")
                .set("Referrer-Policy", "no-referrer")
                .set(HttpHeaderNames.CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'");
        answer.headers().forEach(response.headers()::set);
        if (!keepAlive) {
            response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        } else if (request != null && !request.protocolVersion().isKeepAliveDefault()) {
            response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.KEEP_ALIVE);
        }
        return response;
    }

    private void linger(ChannelHandlerContext context) {
        state = State.LINGERING;
        pipelined.clear();
        open.waits(context.channel());
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
