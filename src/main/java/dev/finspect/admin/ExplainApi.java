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
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Explains sessions and probes their peers. The event loops only supply records; other threads compose the text. A response header lists the ids of the findings that hang, for scripts.
 */
final class ExplainApi {
    /** Maximum number of sessions in one response. */
    private static final int MAX_SESSIONS = 100;

    private static final double LEAST_SECONDS = 0.001;
    private static final double MOST_SECONDS = 86_400;

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

    /**
     * What is asked for.
     *
     * @param all whether every session is explained, not only one of each of the worst causes
     * @param after in the place of the configured thresholds; null for these
     */
    record Wanted(Format format, boolean all, @Nullable Duration after) {
        private static final List<String> NAMES = List.of("format", "color", "all", "after");

        /** Parses the query parameters. */
        static Wanted of(Map<String, List<String>> parameters) throws BadQuery {
            for (String name : parameters.keySet()) {
                if (!NAMES.contains(name)) {
                    throw new BadQuery("unknown parameter \"" + name + "\": valid are " + String.join(", ", NAMES));
                }
            }
            boolean all = parameters.getOrDefault("all", List.of("false")).equals(List.of("true"));
            List<String> after = parameters.get("after");
            return new Wanted(Format.of(parameters), all, after == null ? null : seconds(after.get(0)));
        }

        private static Duration seconds(String text) throws BadQuery {
            try {
                double seconds = Double.parseDouble(text);
                if (seconds >= LEAST_SECONDS && seconds <= MOST_SECONDS) {
                    return Duration.ofNanos((long) (seconds * 1e9));
                }
            } catch (NumberFormatException e) {
                // Reported below, with what is valid.
            }
            throw new BadQuery("after must be a number of seconds, " + LEAST_SECONDS + " to " + MOST_SECONDS);
        }
    }

    /** The form of an explanation. */
    enum Format {
        JSON,
        TEXT,
        COLOURED_TEXT;

        /** Parses the query parameters. */
        static Format of(Map<String, List<String>> parameters) throws BadQuery {
            List<String> format = parameters.getOrDefault("format", List.of("json"));
            List<String> colour = parameters.getOrDefault("color", List.of("never"));
            if (format.equals(List.of("json"))) {
                return JSON;
            }
            if (!format.equals(List.of("text"))) {
                throw new BadQuery("format must be json or text");
            }
            return colour.equals(List.of("always")) ? COLOURED_TEXT : TEXT;
        }
    }

    /** All sessions that hang, worst first. */
    CompletableFuture<AdminResponse> all(Wanted wanted) {
        SessionDirectory directory = sources.living().get();
        HangSearch search = new HangSearch(
                directory,
                record -> Explanation.of(examined(record, wanted), List.of(), thresholds(record, wanted)),
                lists);
        return (wanted.after() == null
                        ? search.amongFound()
                        : directory.askPeers(null).thenCompose(asked -> search.everywhere()))
                .thenComposeAsync(found -> response(found, wanted), lists);
    }

    private CompletableFuture<AdminResponse> response(HangSearch found, Wanted wanted) {
        List<ExplanationHead> hung = found.hung();
        long living = sources.living().get().livingCount();
        if (wanted.format() == Format.JSON) {
            List<String> ids =
                    hung.stream().limit(MAX_SESSIONS).map(ExplanationHead::id).toList();
            ExplainedList.Parts parts =
                    new ExplainedList.Parts("{\"living_total\":" + living + ",\"sessions\":[", ",", "]}\n");
            return AdminResponse.jsonStream(new ExplainedList(parts, ids, id -> explained(id, found, wanted)))
                    .thenApply(response -> marked(response, hung));
        }
        if (hung.isEmpty()) {
            String calm = ExplanationText.nothingHangs(living, found.owing(), found.firstOwing());
            return CompletableFuture.completedFuture(marked(AdminResponse.page(TEXT_TYPE, calm), hung));
        }
        ExplanationOverview overview = new ExplanationOverview(hung, wanted.all());
        String causes = overview.causes(wanted.format() == Format.COLOURED_TEXT);
        ExplainedList.Parts parts = new ExplainedList.Parts(
                causes.isEmpty() ? "" : causes + ExplanationOverview.SEPARATOR,
                ExplanationOverview.SEPARATOR,
                overview.more());
        return AdminResponse.stream(
                        TEXT_TYPE, new ExplainedList(parts, overview.shown(), id -> explained(id, found, wanted)))
                .thenApply(response -> marked(response, hung));
    }

    /** A session with all that is kept of it; headers are looked up for those alone that are shown: there may be many. */
    private CompletableFuture<Optional<byte[]>> explained(String id, HangSearch found, Wanted wanted) {
        LivingSession session = found.session(id);
        CompletableFuture<Optional<SessionRecord>> living =
                session == null ? CompletableFuture.completedFuture(Optional.empty()) : session.record();
        return living.thenApplyAsync(
                record -> record.or(() -> sources.history().find(id))
                        .map(each -> encoded(explained(examined(each, wanted), wanted), wanted.format())),
                lists);
    }

    private byte[] encoded(Explanation explanation, Format format) {
        return format == Format.JSON
                ? sources.explanations().one(explanation)
                : ExplanationText.of(explanation, format == Format.COLOURED_TEXT)
                        .getBytes(StandardCharsets.UTF_8);
    }

    /** One session, living or recently closed. */
    CompletableFuture<AdminResponse> one(String id, Wanted wanted) {
        SessionDirectory directory = sources.living().get();
        return (wanted.after() == null
                        ? directory.find(id)
                        : directory.askPeers(id).thenCompose(asked -> directory.find(id)))
                .thenApplyAsync(living -> one(id, living, wanted), worker);
    }

    /** Probes whether the hosts of a session's peers still answer. */
    CompletableFuture<AdminResponse> probe(String id, Format format) {
        return sources.living()
                .get()
                .probe(id)
                .thenApplyAsync(
                        probes -> probes.map(each -> format == Format.JSON
                                        ? AdminResponse.json(
                                                sources.explanations().probed(id, each))
                                        : AdminResponse.page(TEXT_TYPE, ExplanationText.of(each)))
                                .orElseGet(() -> AdminResponse.error(
                                        HttpResponseStatus.NOT_FOUND,
                                        "session_not_found",
                                        "no living session \"" + id + "\"; only living sessions can be probed")),
                        worker);
    }

    private AdminResponse one(String id, Optional<SessionRecord> living, Wanted wanted) {
        Optional<Explanation> found =
                living.or(() -> sources.history().find(id)).map(record -> explained(examined(record, wanted), wanted));
        if (found.isEmpty()) {
            return SessionsApi.notFound(id);
        }
        byte[] body = encoded(found.get(), wanted.format());
        AdminResponse response =
                wanted.format() == Format.JSON ? AdminResponse.json(body) : AdminResponse.page(TEXT_TYPE, body);
        return marked(response, List.of(found.get().head()));
    }

    private SessionRecord examined(SessionRecord record, Wanted wanted) {
        return wanted.after() == null ? record : Explanation.examined(record, thresholds(record, wanted));
    }

    private Explanation explained(SessionRecord record, Wanted wanted) {
        return Explanation.of(record, sources.kept().apply(record.identity().id()), thresholds(record, wanted));
    }

    private Thresholds thresholds(SessionRecord record, Wanted wanted) {
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
