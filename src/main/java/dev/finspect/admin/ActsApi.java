package dev.finspect.admin;

import dev.finspect.session.CloseRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;

/** What an operator can do to a running finspect: close a session, drain. */
final class ActsApi {
    private static final Pattern SECONDS = Pattern.compile("[0-9]{1,5}");

    private final AdminSources sources;

    ActsApi(AdminSources sources) {
        this.sources = sources;
    }

    /** Parses how a session is to be closed. */
    static CloseRequest how(Map<String, List<String>> query) throws BadQuery {
        String how = new Parameters(query, List.of("how")).single("how");
        for (CloseRequest request : CloseRequest.values()) {
            if (how == null || request.label().equals(how)) {
                return request;
            }
        }
        throw new BadQuery("how is fin or reset, not \"" + how + "\"");
    }

    /** Closes a living session. */
    CompletableFuture<AdminResponse> close(String id, CloseRequest how) {
        return sources.living().get().close(id, how).thenApply(result -> closed(id, how, result));
    }

    private static AdminResponse closed(String id, CloseRequest how, Optional<CloseRequest.Result> result) {
        if (result.isEmpty()) {
            return AdminResponse.error(
                    HttpResponseStatus.NOT_FOUND,
                    "session_not_found",
                    "no living session \"" + id + "\"; only living sessions can be closed");
        }
        if (result.get() == CloseRequest.Result.ENDING_ALREADY) {
            return AdminResponse.error(
                    HttpResponseStatus.CONFLICT, "session_ending", "session \"" + id + "\" is ending already");
        }
        return AdminResponse.json(json -> {
            json.writeStartObject();
            json.writeStringField("id", id);
            json.writeStringField("how", how.label());
            json.writeEndObject();
        });
    }

    /** Ends finspect as SIGTERM does. */
    AdminResponse drain(Map<String, List<String>> query) throws BadQuery {
        String patience = new Parameters(query, List.of("patience")).single("patience");
        if (patience != null && !SECONDS.matcher(patience).matches()) {
            throw new BadQuery("patience is a number of seconds, 0 to 99999, not \"" + patience + "\"");
        }
        Optional<Duration> wanted =
                Optional.ofNullable(patience).map(Integer::parseInt).map(Duration::ofSeconds);
        if (sources.readiness().state() == Readiness.State.STARTING) {
            return AdminResponse.error(
                            HttpResponseStatus.SERVICE_UNAVAILABLE,
                            "starting",
                            "finspect has not begun to accept clients; try again in a second, or send SIGTERM")
                    .with("Retry-After", "1");
        }
        long living = sources.living().get().livingCount();
        Duration waits = sources.operation().drain(wanted);
        return AdminResponse.json(json -> {
            json.writeStartObject();
            json.writeStringField("state", "draining");
            json.writeNumberField("living", living);
            json.writeNumberField("patience_seconds", waits.toSeconds());
            json.writeEndObject();
        });
    }
}
