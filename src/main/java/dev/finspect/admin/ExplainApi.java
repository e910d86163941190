package dev.finspect.admin;

import dev.finspect.diagnose.Thresholds;
import dev.finspect.session.LivingSession;
import dev.finspect.session.SessionDirectory;
import dev.finspect.session.SessionRecord;
import dev.finspect.session.explain.Explanation;
import dev.finspect.session.explain.ExplanationHead;
import dev.finspect.session.explain.ExplanationOverview;
import dev.finspect.session.explain.ExplanationText;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.stream.Collectors;

/**
 * Explains sessions and probes their peers. The event loops only supply records; other threads compose the text. A response header lists the ids of the findings that hang, for scripts.
 */
final class ExplainApi {
    /** Maximum number of sessions in one response. */
    private static final int MAX_SESSIONS = 100;

    private static final String FINDINGS = "Finspect-Findings";
    private static final String TEXT_TYPE = "text/plain; charset=utf-8";

    private final AdminSources sources;
    private final Executor worker;
    private final Executor lists;

    /** Composes single explanations on {@code worker}, and several on {@code lists}. */
    ExplainApi(AdminSources sources, Executor worker, Executor lists) {
        this.sources = sources;
        this.worker = worker;
        this.lists = lists;
    }

    /** All sessions that hang, worst first. */
    CompletableFuture<AdminResponse> all(ExplainQuery wanted) {
        SessionDirectory directory = sources.living().get();
        HangSearch search = new HangSearch(
                directory,
                record -> Explanation.of(
                        wanted.shown().record(examined(record, wanted)), List.of(), thresholds(record, wanted)),
                lists);
        return (wanted.after() == null
                        ? search.amongFound()
                        : directory.askPeers(null).thenCompose(asked -> search.everywhere()))
                .thenComposeAsync(found -> response(found, wanted), lists);
    }

    private CompletableFuture<AdminResponse> response(HangSearch found, ExplainQuery wanted) {
        List<ExplanationHead> hung = found.hung();
        long living = sources.living().get().livingCount();
        if (wanted.format().isJson()) {
            List<String> ids =
                    hung.stream().limit(MAX_SESSIONS).map(ExplanationHead::id).toList();
            ExplainedList.Parts parts = wanted.format() == ExplainQuery.Format.NDJSON
                    ? new ExplainedList.Parts("", "", "")
                    : new ExplainedList.Parts("{\"living_total\":" + living + ",\"sessions\":[", ",", "]}\n");
            return AdminResponse.jsonStream(new ExplainedList(parts, ids, id -> explained(id, found, wanted)))
                    .thenApply(response -> marked(response, hung));
        }
        if (hung.isEmpty()) {
            String calm = wanted.shown().text(ExplanationText.nothingHangs(living, found.owing(), found.firstOwing()));
            return CompletableFuture.completedFuture(marked(AdminResponse.page(TEXT_TYPE, calm), hung));
        }
        if (wanted.format().isTable()) {
            String table = wanted.shown()
                    .text(ExplanationText.table(hung, wanted.format().isColoured()));
            return CompletableFuture.completedFuture(marked(AdminResponse.page(TEXT_TYPE, table), hung));
        }
        ExplanationOverview overview = new ExplanationOverview(hung, wanted.all());
        String causes = wanted.shown().text(overview.causes(wanted.format().isColoured()));
        ExplainedList.Parts parts = new ExplainedList.Parts(
                causes.isEmpty() ? "" : causes + ExplanationOverview.SEPARATOR,
                ExplanationOverview.SEPARATOR,
                overview.more());
        return AdminResponse.stream(
                        TEXT_TYPE, new ExplainedList(parts, overview.shown(), id -> explained(id, found, wanted)))
                .thenApply(response -> marked(response, hung));
    }

    /** A session with all that is kept of it; headers are looked up for those alone that are shown: there may be many. */
    private CompletableFuture<Optional<byte[]>> explained(String id, HangSearch found, ExplainQuery wanted) {
        LivingSession session = found.session(id);
        CompletableFuture<Optional<SessionRecord>> living =
                session == null ? CompletableFuture.completedFuture(Optional.empty()) : session.record();
        return living.thenApplyAsync(
                record -> record.or(() -> sources.history().find(id))
                        .map(each -> encoded(explained(examined(each, wanted), wanted), wanted)),
                lists);
    }

    private byte[] encoded(Explanation explanation, ExplainQuery wanted) {
        ExplainQuery.Format format = wanted.format();
        if (format.isJson()) {
            return wanted.shown().text(sources.explanations().one(explanation));
        }
        String text = format.isTable()
                ? ExplanationText.table(List.of(explanation.head()), format.isColoured())
                : ExplanationText.of(explanation, format.isColoured());
        return wanted.shown().text(text).getBytes(StandardCharsets.UTF_8);
    }

    /** One session, living or recently closed. */
    CompletableFuture<AdminResponse> one(String id, ExplainQuery wanted) {
        SessionDirectory directory = sources.living().get();
        return (wanted.after() == null
                        ? directory.find(id)
                        : directory.askPeers(id).thenCompose(asked -> directory.find(id)))
                .thenApplyAsync(living -> one(id, living, wanted), worker);
    }

    /** Probes whether the hosts of a session's peers still answer. */
    CompletableFuture<AdminResponse> probe(String id, ExplainQuery wanted) {
        return sources.living()
                .get()
                .probe(id)
                .thenApplyAsync(
                        probes -> probes.map(each -> wanted.format().isJson()
                                        ? AdminResponse.json(wanted.shown()
                                                .text(sources.explanations().probed(id, each)))
                                        : AdminResponse.page(
                                                TEXT_TYPE, wanted.shown().text(ExplanationText.of(each))))
                                .orElseGet(() -> AdminResponse.error(
                                        HttpResponseStatus.NOT_FOUND,
                                        "session_not_found",
                                        "no living session \"" + id + "\"; only living sessions can be probed")),
                        worker);
    }

    private AdminResponse one(String id, Optional<SessionRecord> living, ExplainQuery wanted) {
        Optional<Explanation> found =
                living.or(() -> sources.history().find(id)).map(record -> explained(examined(record, wanted), wanted));
        if (found.isEmpty()) {
            return SessionsApi.notFound(id);
        }
        byte[] body = encoded(found.get(), wanted);
        AdminResponse response =
                wanted.format().isJson() ? AdminResponse.json(body) : AdminResponse.page(TEXT_TYPE, body);
        return marked(response, List.of(found.get().head()));
    }

    private SessionRecord examined(SessionRecord record, ExplainQuery wanted) {
        return wanted.after() == null ? record : Explanation.examined(record, thresholds(record, wanted));
    }

    private Explanation explained(SessionRecord record, ExplainQuery wanted) {
        return Explanation.of(
                        wanted.shown().record(record),
                        sources.kept().apply(record.identity().id()),
                        thresholds(record, wanted))
                .with(sources.counts());
    }

    private Thresholds thresholds(SessionRecord record, ExplainQuery wanted) {
        Thresholds configured = sources.routes().thresholds(record.identity().route());
        return wanted.after() == null ? configured : configured.after(wanted.after());
    }

    private static AdminResponse marked(AdminResponse response, List<ExplanationHead> explained) {
        TreeSet<String> ids = explained.stream()
                .flatMap(each -> each.standing().stream())
                .collect(Collectors.toCollection(TreeSet::new));
        return response.with(FINDINGS, String.join(",", ids));
    }
}
