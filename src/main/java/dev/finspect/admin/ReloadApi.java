package dev.finspect.admin;

import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Has the configuration read again. */
final class ReloadApi {
    private final Reloading reloading;

    ReloadApi(Reloading reloading) {
        this.reloading = reloading;
    }

    /** The status 200 if the configuration is in force; 422 if it has errors, 409 if it needs a restart. */
    CompletableFuture<AdminResponse> reload(Map<String, List<String>> query) throws BadQuery {
        boolean text = query.getOrDefault("format", List.of()).equals(List.of("text"));
        if (!query.isEmpty() && !(text && query.size() == 1)) {
            throw new BadQuery("the only parameter of this path is format=text");
        }
        return reloading.reload().thenApply(outcome -> text ? text(outcome) : json(outcome));
    }

    private static AdminResponse text(Reloading.Outcome outcome) {
        return AdminResponse.text(status(outcome), String.join("\n", outcome.messages()));
    }

    private static AdminResponse json(Reloading.Outcome outcome) {
        return AdminResponse.json(status(outcome), json -> {
            json.writeStartObject();
            json.writeStringField("result", outcome.result().label());
            json.writeArrayFieldStart("messages");
            for (String message : outcome.messages()) {
                json.writeString(message);
            }
            json.writeEndArray();
            json.writeEndObject();
        });
    }

    private static HttpResponseStatus status(Reloading.Outcome outcome) {
        return switch (outcome.result()) {
            case APPLIED, UNCHANGED -> HttpResponseStatus.OK;
            case INVALID -> HttpResponseStatus.UNPROCESSABLE_ENTITY;
            case REFUSED -> HttpResponseStatus.CONFLICT;
        };
    }
}
