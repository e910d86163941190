package dev.finspect.admin;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
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
    private final AccessCheck access;
    private final RequestHandler requests;
    /** Requests that arrived while another was being served; at most those of one read. */
    private final Queue<HttpRequest> pipelined = new ArrayDeque<>();

    private Phase phase = Phase.WAITING;
    private @Nullable ChannelHandlerContext self;
    private AccessCheck.@Nullable Caller caller;
    /** The file that comes with the request that is being served. */
    private @Nullable ArrivingFile file;

    private @Nullable Future<?> deadline;

    private enum Phase {
        WAITING,
        READING_HEADERS,
        SERVING,
        LINGERING
    }

    AdminConnection(
            AdminLimits limits, OpenConnections open, RequestCheck check, AccessCheck access, RequestHandler requests) {
        this.limits = limits;
        this.open = open;
        this.check = check;
        this.access = access;
        this.requests = requests;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        self = context;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        if (!(context.channel().remoteAddress() instanceof InetSocketAddress remote)
                || !(context.channel().localAddress() instanceof InetSocketAddress local)
                || !open.admit(context.channel())) {
            context.close(); // No place is free, or it has ended already.
            return;
        }
        caller = new AccessCheck.Caller(remote, local);
        until(context, limits.headers(), context::close);
        context.read();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        open.closed(context.channel());
        stopDeadline();
        if (file != null) {
            file.broken();
        }
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
        if (message instanceof HttpContent part && phase == Phase.SERVING && file != null) {
            file.arrived(part);
        }
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
        if (phase != Phase.SERVING || (file != null && file.wantsMore())) {
            context.read();
        }
    }

    private void serve(ChannelHandlerContext context, HttpRequest request) {
        phase = Phase.SERVING;
        stopDeadline();
        open.requestStarted(context.channel());
        AccessCheck.Caller from = Objects.requireNonNull(caller);
        AdminResponse rejection = check.rejection(request, from.local(), access.isOpen(request));
        if (rejection != null) {
            send(context, null, rejection);
            return;
        }
        ArrivingFile arriving =
                RequestCheck.hasFile(request) ? new ArrivingFile(context, request, limits.write()) : null;
        file = arriving;
        requests.answered(() -> access.rejection(request, from)
                        .thenCompose(refused -> refused.isPresent()
                                ? CompletableFuture.completedFuture(refused.get())
                                : requests.handle(request, from.local(), arriving)))
                .thenAccept(response -> context.executor().execute(() -> {
                    file = null;
                    // Where some of the file has not arrived no other request can follow.
                    send(context, arriving == null || arriving.isOver() ? request : null, response);
                }));
    }

    /** Sends the response. A null {@code request} was rejected: the connection closes after the response. */
    private void send(ChannelHandlerContext context, @Nullable HttpRequest request, AdminResponse response) {
        if (!context.channel().isActive()) {
            response.discard();
            return;
        }
        phase = Phase.SERVING;
        open.requestStarted(context.channel());
        byte[] held = response.body();
        if (!open.reserve(held)) {
            response.discard();
            send(context, null, RequestHandler.tooBusy());
            return;
        }
        until(context, limits.write(), context::close);
        ChunkSource rest = response.rest();
        Runnable taken = rest != null && rest.isEndless()
                ? () -> until(context, limits.write().multipliedBy(2), context::close)
                : () -> {};
        new ResponseWrite(context, response, request, taken, (whole, keepAlive) -> {
                    open.release(held);
                    if (!whole) {
                        context.close();
                    } else if (keepAlive) {
                        next(context);
                    } else {
                        linger(context);
                    }
                })
                .begin();
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
