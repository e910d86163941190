package dev.finspect.admin;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP response, without the headers that every response of the server carries.
 *
 * @param body the body, or the beginning of a long one
 * @param rest makes the rest of a long body; null if {@code body} is the whole
 * @param headers additional headers of this response
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared; created once and sent.
record AdminResponse(
        HttpResponseStatus status,
        String contentType,
        byte[] body,
        @Nullable ChunkSource rest,
        Map<String, String> headers) {
    private static final JsonFactory JSON = new JsonFactory();
    private static final String TEXT_TYPE = "text/plain; charset=utf-8";
    private static final String JSON_TYPE = "application/json";

    /** Plain text; a line feed is appended. */
    static AdminResponse text(HttpResponseStatus status, String text) {
        return new AdminResponse(status, TEXT_TYPE, (text + "\n").getBytes(StandardCharsets.UTF_8), null, Map.of());
    }

    /** A page with its own content type. */
    static AdminResponse page(String contentType, String body) {
        return new AdminResponse(
                HttpResponseStatus.OK, contentType, body.getBytes(StandardCharsets.UTF_8), null, Map.of());
    }

    /** A page that is already encoded. */
    static AdminResponse page(String contentType, byte[] body) {
        return new AdminResponse(HttpResponseStatus.OK, contentType, body, null, Map.of());
    }

    /** JSON that is already encoded. */
    static AdminResponse json(byte[] body) {
        return new AdminResponse(HttpResponseStatus.OK, JSON_TYPE, body, null, Map.of());
    }

    /** JSON that {@code body} writes; a line feed is appended. */
    static AdminResponse json(JsonBody body) {
        return json(encoded(body));
    }

    /** JSON with a status of its own. */
    static AdminResponse json(HttpResponseStatus status, JsonBody body) {
        return new AdminResponse(status, JSON_TYPE, encoded(body), null, Map.of());
    }

    /** A file to download under this name. */
    static AdminResponse file(String contentType, String name, byte[] body) {
        return new AdminResponse(
                HttpResponseStatus.OK,
                contentType,
                body,
                null,
                Map.of("Content-Disposition", "attachment; filename=\"" + name + "\""));
    }

    /**
     * An error as JSON.
     *
     * @param error an error code for programs
     * @param message what is wrong and what to do, for people
     */
    static AdminResponse error(HttpResponseStatus status, String error, String message) {
        byte[] body = encoded(json -> {
            json.writeStartObject();
            json.writeStringField("error", error);
            json.writeStringField("message", message);
            json.writeEndObject();
        });
        return new AdminResponse(status, JSON_TYPE, body, null, Map.of());
    }

    /** A long body; completes with the first chunk, so that a failure until then is a response of its own. */
    static CompletableFuture<AdminResponse> stream(String contentType, ChunkSource source) {
        return source.next()
                .whenComplete((first, failure) -> {
                    if (failure != null || first.last()) {
                        source.close();
                    }
                })
                .thenApply(first -> new AdminResponse(
                        HttpResponseStatus.OK, contentType, first.bytes(), first.last() ? null : source, Map.of()));
    }

    /** A long JSON body. */
    static CompletableFuture<AdminResponse> jsonStream(ChunkSource source) {
        return stream(JSON_TYPE, source);
    }

    /** A copy with this header too. */
    AdminResponse with(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(name, value);
        return new AdminResponse(status, contentType, body, rest, more);
    }

    /** A copy whose rest comes from this source. */
    AdminResponse with(ChunkSource other) {
        return new AdminResponse(status, contentType, body, other, headers);
    }

    /** Releases what it holds; for a response that is not sent. */
    void discard() {
        if (rest != null) {
            rest.close();
        }
    }

    private static byte[] encoded(JsonBody body) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            body.write(json);
            json.writeRaw('\n');
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory cannot fail", e);
        }
        return bytes.toByteArray();
    }

    /** Writes the JSON of a response. */
    @FunctionalInterface
    interface JsonBody {
        void write(JsonGenerator json) throws IOException;
    }
}
