package dev.finspect.admin;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * What is sent back, but for the headers that every answer has.
 *
 * @param headers of this answer alone
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared; made once and sent.
public record Answer(HttpResponseStatus status, String contentType, byte[] body, Map<String, String> headers) {
    private static final JsonFactory JSON = new JsonFactory();
    private static final String TEXT_TYPE = "text/plain; charset=utf-8";
    private static final String JSON_TYPE = "application/json";

    /** Plain text; a line end is added. */
    static Answer text(HttpResponseStatus status, String text) {
        return new Answer(status, TEXT_TYPE, (text + "\n").getBytes(StandardCharsets.UTF_8), Map.of());
    }

    /** A page that brings its own type. */
    static Answer page(String contentType, String body) {
        return new Answer(HttpResponseStatus.OK, contentType, body.getBytes(StandardCharsets.UTF_8), Map.of());
    }

    /** JSON that is encoded already. */
    static Answer json(byte[] body) {
        return new Answer(HttpResponseStatus.OK, JSON_TYPE, body, Map.of());
    }

    /** A file to be saved under this name. */
    static Answer file(String contentType, String name, byte[] body) {
        return new Answer(
                HttpResponseStatus.OK,
                contentType,
                body,
                Map.of("Content-Disposition", "attachment; filename=\"" + name + "\""));
    }

    /**
     * An error as JSON.
     *
     * @param error one word for programs
     * @param message what is wrong and what to do, for people
     */
    static Answer error(HttpResponseStatus status, String error, String message) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            json.writeStartObject();
            json.writeStringField("error", error);
            json.writeStringField("message", message);
            json.writeEndObject();
            json.writeRaw('\n');
        } catch (IOException e) {
            throw new UncheckedIOException("bytes in memory cannot fail", e);
        }
        return new Answer(status, JSON_TYPE, bytes.toByteArray(), Map.of());
    }

    /** The same with one more header. */
    Answer with(String name, String value) {
        return new Answer(status, contentType, body, Map.of(name, value));
    }
}
