package dev.finspect.admin;

import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has requests answered in bounded time, whatever happens to those that are asked. */
final class Requests {
    private static final Logger LOG = LoggerFactory.getLogger(Requests.class);

    private final Paths paths;
    private final Duration patience;

    Requests(Paths paths, Duration patience) {
        this.paths = paths;
        this.patience = patience;
    }

    /** An answer in any case: a failure becomes an error that can be sent. */
    CompletableFuture<Answer> answer(HttpRequest request) {
        CompletableFuture<Answer> answer;
        try {
            answer = paths.answer(request);
        } catch (RuntimeException e) {
            answer = CompletableFuture.failedFuture(e);
        }
        return answer.orTimeout(patience.toNanos(), TimeUnit.NANOSECONDS).exceptionally(Requests::failed);
    }

    /** The answer where there is more to do than the limits allow. */
    static Answer tooBusy() {
        return Answer.error(
                        HttpResponseStatus.SERVICE_UNAVAILABLE,
                        "too_busy",
                        "the admin server has too much to do; try again in a second")
                .with("Retry-After", "1");
    }

    private static Answer failed(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof RejectedExecutionException) {
            return tooBusy();
        }
        if (cause instanceof TimeoutException) {
            return Answer.error(
                    HttpResponseStatus.SERVICE_UNAVAILABLE,
                    "no_answer",
                    "the event loops did not tell about their sessions in time; try again");
        }
        LOG.warn("a request to the admin server failed", cause);
        return Answer.error(
                HttpResponseStatus.INTERNAL_SERVER_ERROR, "internal_error", "finspect's own log tells more");
    }
}
