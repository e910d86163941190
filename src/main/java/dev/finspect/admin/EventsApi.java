package dev.finspect.admin;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.finspect.admin.feed.EventFeed;
import dev.finspect.admin.feed.FeedStream;
import dev.finspect.session.filter.RecordFilter;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Opens live streams of sessions. */
final class EventsApi {
    private static final String TYPE = "text/event-stream; charset=utf-8";
    private static final JsonFactory JSON = new JsonFactory();
    /** Grows when a reader of an earlier stream could misunderstand this one. */
    private static final int VERSION = 1;

    private final EventFeed feed;
    private final AdminSources sources;
    private final Instant startedAt = Instant.now();

    EventsApi(EventFeed feed, AdminSources sources) {
        this.feed = feed;
        this.sources = sources;
    }

    /**
     * What is asked for.
     *
     * @param filter as written; null for all sessions
     * @param lastId of the last event that the reader has; empty for none
     */
    record Wanted(@Nullable String filter, String lastId) {
        /** Parses the query parameters; {@code header} is that of a browser that connects again. */
        static Wanted of(Map<String, List<String>> parameters, String header) throws BadQuery {
            Parameters given = new Parameters(parameters, List.of("filter", "last_event_id"));
            String filter = given.single("filter");
            String last = given.single("last_event_id");
            return new Wanted(
                    filter == null || filter.isBlank() ? null : filter,
                    header.isEmpty() && last != null ? last : header);
        }
    }

    /** A stream, which ends when its client does. */
    CompletableFuture<AdminResponse> open(Wanted wanted) throws BadQuery {
        RecordFilter filter = wanted.filter() == null ? null : Parameters.filter(wanted.filter());
        Optional<FeedStream> stream = feed.open(hello(wanted.filter()), wanted.lastId(), filter);
        return stream.map(opened -> AdminResponse.stream(TYPE, new Events(opened)))
                .orElseGet(() -> CompletableFuture.completedFuture(AdminResponse.error(
                                HttpResponseStatus.TOO_MANY_REQUESTS,
                                "too_many_streams",
                                EventFeed.MOST_STREAMS + " live streams are open, which is the most; close one, or try"
                                        + " again later")
                        .with("Retry-After", "5")));
    }

    private String hello(@Nullable String filter) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartObject();
            json.writeNumberField("api", VERSION);
            json.writeStringField("version", sources.operation().version());
            json.writeNumberField("pid", ProcessHandle.current().pid());
            json.writeStringField("started_at", startedAt.toString());
            json.writeStringField("filter", filter);
            RoutesApi.writeAll(json, sources.routes());
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory cannot fail", e);
        }
        String object = text.toString();
        return "," + object.substring(1, object.length() - 1);
    }

    /** The parts of a stream, as its client takes them. */
    private static final class Events implements ChunkSource {
        private final FeedStream stream;

        Events(FeedStream stream) {
            this.stream = stream;
        }

        @Override
        public CompletableFuture<Chunk> next() {
            return stream.next().thenApply(part -> new Chunk(part, false));
        }

        @Override
        public boolean isEndless() {
            return true;
        }

        @Override
        public void close() {
            stream.close();
        }
    }
}
