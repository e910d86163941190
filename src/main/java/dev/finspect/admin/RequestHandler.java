package dev.finspect.admin;

import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers every request, also if a handler fails or does not respond in time. */
final class RequestHandler {
    private static final Logger LOG = LoggerFactory.getLogger(RequestHandler.class);

    private final ApiPaths paths;

    RequestHandler(ApiPaths paths) {
        this.paths = paths;
    }

    /** The response; {@code local} is the address of this end of the connection, and {@code file} one that comes with the request. */
    CompletableFuture<AdminResponse> handle(HttpRequest request, InetSocketAddress local, @Nullable ArrivingFile file) {
        return file == null ? paths.handle(request, local) : paths.file(request, file.body());
    }

    /** The response; a failure becomes an error response. */
    CompletableFuture<AdminResponse> answered(Supplier<CompletableFuture<AdminResponse>> asked) {
        CompletableFuture<AdminResponse> response;
        try {
            response = asked.get();
        } catch (RuntimeException e) {
            response = CompletableFuture.failedFuture(e);
        }
        return response.exceptionally(RequestHandler::failed);
    }

    /** The response when a limit is reached. */
    static AdminResponse tooBusy() {
        return AdminResponse.error(
                        HttpResponseStatus.SERVICE_UNAVAILABLE,
                        "too_busy",
                        "the admin server is overloaded; try again in a second")
                .with("Retry-After", "1");
    }

    private static AdminResponse failed(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof RejectedExecutionException) {
            return tooBusy();
        }
        if (cause instanceof TimeoutException) {
            return AdminResponse.error(
                    HttpResponseStatus.SERVICE_UNAVAILABLE,
                    "no_answer",
                    "the event loops did not report their sessions in time; try again");
        }
        LOG.warn("A request to the admin server failed", cause);
        return AdminResponse.error(
                HttpResponseStatus.INTERNAL_SERVER_ERROR, "internal_error", "see the log of finspect for details");
    }
}
