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
 * Lists sessions and finds one by id. The event loops only supply records; the worker thread of the admin server encodes
 * them.
 */
final class SessionsApi {
    /** The type that Wireshark registers. */
    private static final String PCAPNG_TYPE = "application/x-pcapng";

    private final AdminSources sources;
    private final Executor worker;

    SessionsApi(AdminSources sources, Executor worker) {
        this.sources = sources;
        this.worker = worker;
    }

    /** {@code {"living":[...],"living_total":N,"closed":[...]}}, without the parts that the query excludes. */
    CompletableFuture<AdminResponse> list(SessionsQuery query) {
        CompletableFuture<List<SessionRecord>> living = query.state().living()
                ? query.hung()
                        ? sources.living().get().hung(Integer.MAX_VALUE).thenApply(SessionsApi::longestHungFirst)
                        : sources.living().get().living(query.limit(), query.route())
                : CompletableFuture.completedFuture(List.of());
        return living.thenApplyAsync(records -> AdminResponse.json(encode(query, records)), worker);
    }

    /** The record of one session; of a living session, the record so far. */
    CompletableFuture<AdminResponse> find(String id) {
        return sources.living().get().find(id).thenApplyAsync(living -> one(id, living), worker);
    }

    /** The captured headers of one session, as a pcapng file. */
    CompletableFuture<AdminResponse> capture(String id) {
        return sources.living().get().find(id).thenApplyAsync(living -> captured(id, living), worker);
    }

    private AdminResponse captured(String id, Optional<SessionRecord> living) {
        Optional<SessionRecord> record = living.or(() -> sources.history().find(id));
        if (record.isEmpty()) {
            return notFound(id);
        }
        return record.flatMap(sources.captures())
                .map(file -> AdminResponse.file(PCAPNG_TYPE, "finspect-" + id + ".pcapng", file))
                .orElseGet(() -> AdminResponse.error(
                        HttpResponseStatus.NOT_FOUND,
                        "nothing_captured",
                        "nothing is captured of session \"" + id
                                + "\": capture is off for its route or not permitted (see finspect doctor), or its headers"
                                + " were evicted"));
    }

    static AdminResponse notFound(String id) {
        return AdminResponse.error(
                HttpResponseStatus.NOT_FOUND,
                "session_not_found",
                "no living or recently closed session \"" + id + "\"");
    }

    private AdminResponse one(String id, Optional<SessionRecord> living) {
        return living.or(() -> sources.history().find(id))
                .map(record -> AdminResponse.json(sources.encoder().encode(record)))
                .orElseGet(() -> notFound(id));
    }

    private byte[] encode(SessionsQuery query, List<SessionRecord> living) {
        ByteArrayOutputStream json = new ByteArrayOutputStream(64 * 1024);
        write(json, "{");
        if (query.state().living()) {
            write(json, "\"living\":");
            json.writeBytes(sources.encoder().encode(selected(query, living)));
            write(json, ",\"living_total\":" + sources.living().get().livingCount());
        }
        if (query.state().closed()) {
            write(json, query.state().living() ? ",\"closed\":" : "\"closed\":");
            json.writeBytes(
                    sources.encoder().encode(selected(query, sources.history().latest(Integer.MAX_VALUE))));
        }
        write(json, "}\n");
        return json.toByteArray();
    }

    /** Sorted so that the session that has hung longest comes first. */
    private static List<SessionRecord> longestHungFirst(List<SessionRecord> hung) {
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

    private static List<SessionRecord> selected(SessionsQuery query, List<SessionRecord> records) {
        return records.stream().filter(query::matches).limit(query.limit()).toList();
    }

    private static void write(ByteArrayOutputStream json, String text) {
        json.writeBytes(text.getBytes(StandardCharsets.UTF_8));
    }
}
