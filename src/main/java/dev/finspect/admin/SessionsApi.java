package dev.finspect.admin;

import dev.finspect.session.Diagnosed;
import dev.finspect.session.SessionFinding;
import dev.finspect.session.SessionRecord;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * Lists sessions and finds one. The event loops only hand out records; these are encoded on the admin server's own worker
 * thread.
 */
final class SessionsApi {
    /** As Wireshark registers it. */
    private static final String PCAPNG_TYPE = "application/x-pcapng";

    private final AdminSources sources;
    private final Executor worker;

    SessionsApi(AdminSources sources, Executor worker) {
        this.sources = sources;
        this.worker = worker;
    }

    /**
     * {@code {"living":[...],"living_total":N,"closed":[...]}}, without what was not asked for.
     */
    CompletableFuture<Answer> list(SessionsQuery query) {
        CompletableFuture<List<SessionRecord>> living = query.state().living()
                ? query.hung()
                        ? sources.living().get().hung(Integer.MAX_VALUE).thenApply(SessionsApi::worstFirst)
                        : sources.living().get().living(query.limit(), query.route())
                : CompletableFuture.completedFuture(List.of());
        return living.thenApplyAsync(records -> Answer.json(encode(query, records)), worker);
    }

    /** The record of one session: so far where it lives, whole where it closed. */
    CompletableFuture<Answer> find(String id) {
        return sources.living().get().find(id).thenApplyAsync(living -> one(id, living), worker);
    }

    /** The headers kept of one session, as a pcapng file. */
    CompletableFuture<Answer> capture(String id) {
        return sources.living().get().find(id).thenApplyAsync(living -> captured(id, living), worker);
    }

    private Answer captured(String id, Optional<SessionRecord> living) {
        Optional<SessionRecord> record = living.or(() -> sources.history().find(id));
        if (record.isEmpty()) {
            return notFound(id);
        }
        return record.flatMap(sources.captures())
                .map(file -> Answer.file(PCAPNG_TYPE, "finspect-" + id + ".pcapng", file))
                .orElseGet(() -> Answer.error(
                        HttpResponseStatus.NOT_FOUND,
                        "nothing_captured",
                        "nothing is captured of session \"" + id
                                + "\": capture is off for its route or not permitted (finspect doctor tells), or its headers"
                                + " had to make room"));
    }

    static Answer notFound(String id) {
        return Answer.error(
                HttpResponseStatus.NOT_FOUND,
                "session_not_found",
                "no session \"" + id + "\" lives, and it is not among the last ones that closed");
    }

    private Answer one(String id, Optional<SessionRecord> living) {
        return living.or(() -> sources.history().find(id))
                .map(record -> Answer.json(sources.encoder().encode(record)))
                .orElseGet(() -> notFound(id));
    }

    private byte[] encode(SessionsQuery query, List<SessionRecord> living) {
        ByteArrayOutputStream json = new ByteArrayOutputStream(64 * 1024);
        write(json, "{");
        if (query.state().living()) {
            write(json, "\"living\":");
            json.writeBytes(sources.encoder().encode(chosen(query, living)));
            write(json, ",\"living_total\":" + sources.living().get().livingCount());
        }
        if (query.state().closed()) {
            write(json, query.state().living() ? ",\"closed\":" : "\"closed\":");
            json.writeBytes(
                    sources.encoder().encode(chosen(query, sources.history().latest(Integer.MAX_VALUE))));
        }
        write(json, "}\n");
        return json.toByteArray();
    }

    /** What hangs longest stands first. */
    private static List<SessionRecord> worstFirst(List<SessionRecord> hung) {
        return hung.stream()
                .sorted(Comparator.comparingLong(SessionsApi::hungSince))
                .toList();
    }

    private static long hungSince(SessionRecord record) {
        Diagnosed diagnosed = record.diagnosed();
        return diagnosed == null
                ? Long.MAX_VALUE
                : diagnosed.findings().stream()
                        .filter(SessionFinding::hangs)
                        .mapToLong(found -> found.finding().sinceEpochNanos())
                        .min()
                        .orElse(Long.MAX_VALUE);
    }

    private static List<SessionRecord> chosen(SessionsQuery query, List<SessionRecord> records) {
        return records.stream().filter(query::matches).limit(query.limit()).toList();
    }

    private static void write(ByteArrayOutputStream json, String text) {
        json.writeBytes(text.getBytes(StandardCharsets.UTF_8));
    }
}
