package dev.finspect.admin;

import dev.finspect.session.SessionRecord;
import dev.finspect.session.kept.CaptureExport;
import dev.finspect.session.kept.KeptCapture;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** Lists sessions and finds one by id. The event loops only supply rows and records; other threads encode them. */
final class SessionsApi {
    /** The type that Wireshark registers. */
    private static final String PCAPNG_TYPE = "application/x-pcapng";

    private final AdminSources sources;
    private final Executor worker;
    private final Executor lists;

    /** Encodes single records on {@code worker}, and lists on {@code lists}. */
    SessionsApi(AdminSources sources, Executor worker, Executor lists) {
        this.sources = sources;
        this.worker = worker;
        this.lists = lists;
    }

    /** Some sessions, as they are taken by the client. */
    CompletableFuture<AdminResponse> list(SessionsQuery query) {
        return AdminResponse.jsonStream(new SessionList(query, sources, lists));
    }

    /** The record of one session; of a living session, the record so far. */
    CompletableFuture<AdminResponse> find(String id, Shown shown) {
        return sources.living().get().find(id).thenApplyAsync(living -> one(id, living, shown), worker);
    }

    /** The captured headers of one session, as a pcapng file. */
    CompletableFuture<AdminResponse> capture(String id, Shown shown) {
        return sources.living().get().find(id).thenApplyAsync(living -> captured(id, living, shown), worker);
    }

    private AdminResponse captured(String id, Optional<SessionRecord> living, Shown shown) {
        Optional<SessionRecord> record = living.or(() -> sources.history().find(id));
        if (record.isEmpty()) {
            return notFound(id);
        }
        return record.flatMap(each -> file(each, shown))
                .map(file -> AdminResponse.file(PCAPNG_TYPE, "finspect-" + id + ".pcapng", file))
                .orElseGet(() -> AdminResponse.error(
                        HttpResponseStatus.NOT_FOUND,
                        "nothing_captured",
                        "nothing is captured of session \"" + id
                                + "\": capture is off for its route or not permitted (see finspect doctor), or its"
                                + " headers were evicted"));
    }

    private Optional<byte[]> file(SessionRecord record, Shown shown) {
        if (shown.all()) {
            return sources.captures().apply(record);
        }
        List<KeptCapture> kept = sources.kept().apply(record.identity().id());
        return new CaptureExport("finspect").pcapng(shown.packets(kept), shown.record(record), shown::text);
    }

    static AdminResponse notFound(String id) {
        return AdminResponse.error(
                HttpResponseStatus.NOT_FOUND,
                "session_not_found",
                "no living or recently closed session \"" + id + "\"");
    }

    private AdminResponse one(String id, Optional<SessionRecord> living, Shown shown) {
        return living.or(() -> sources.history().find(id))
                .map(record -> AdminResponse.json(shown.text(sources.encoder().encode(shown.record(record)))))
                .orElseGet(() -> notFound(id));
    }
}
