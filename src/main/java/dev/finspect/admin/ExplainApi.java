package dev.finspect.admin;

import dev.finspect.session.SessionRecord;
import dev.finspect.session.explain.Explanation;
import dev.finspect.session.explain.ExplanationText;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.stream.Collectors;

/**
 * Explains sessions and probes their peers. The event loops only supply records; the worker thread of the admin server
 * composes the text. A response header lists the ids of the findings that hang, for scripts.
 */
final class ExplainApi {
    /** Maximum number of sessions in one response. */
    private static final int MAX_SESSIONS = 100;

    private static final String FINDINGS = "Finspect-Findings";
    private static final String TEXT_TYPE = "text/plain; charset=utf-8";

    private final AdminSources sources;
    private final Executor worker;

    ExplainApi(AdminSources sources, Executor worker) {
        this.sources = sources;
        this.worker = worker;
    }

    /** The form of an explanation. */
    enum Format {
        JSON,
        TEXT,
        COLOURED_TEXT;

        /** Parses the query parameters. */
        static Format of(Map<String, List<String>> parameters) throws BadQuery {
            for (String name : parameters.keySet()) {
                if (!List.of("format", "color").contains(name)) {
                    throw new BadQuery("unknown parameter \"" + name + "\": valid are format and color");
                }
            }
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
    CompletableFuture<AdminResponse> all(Format format) {
        return sources.living().get().hung(MAX_SESSIONS).thenApplyAsync(hung -> all(hung, format), worker);
    }

    /** One session, living or recently closed. */
    CompletableFuture<AdminResponse> one(String id, Format format) {
        return sources.living().get().find(id).thenApplyAsync(living -> one(id, living, format), worker);
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

    private AdminResponse all(List<SessionRecord> hung, Format format) {
        List<Explanation> explanations = hung.stream()
                .map(this::explained)
                .sorted(Explanation.WORST_FIRST)
                .toList();
        long living = sources.living().get().livingCount();
        if (format == Format.JSON) {
            return marked(AdminResponse.json(sources.explanations().all(explanations, living)), explanations);
        }
        String text = explanations.isEmpty()
                ? ExplanationText.nothingHangs(living)
                : explanations.stream()
                        .map(each -> ExplanationText.of(each, format == Format.COLOURED_TEXT))
                        .collect(Collectors.joining("\n" + "=".repeat(79) + "\n\n"));
        return marked(AdminResponse.page(TEXT_TYPE, text), explanations);
    }

    private AdminResponse one(String id, Optional<SessionRecord> living, Format format) {
        Optional<Explanation> found =
                living.or(() -> sources.history().find(id)).map(this::explained);
        if (found.isEmpty()) {
            return SessionsApi.notFound(id);
        }
        Explanation explanation = found.get();
        AdminResponse response = format == Format.JSON
                ? AdminResponse.json(sources.explanations().one(explanation))
                : AdminResponse.page(TEXT_TYPE, ExplanationText.of(explanation, format == Format.COLOURED_TEXT));
        return marked(response, List.of(explanation));
    }

    private Explanation explained(SessionRecord record) {
        return Explanation.of(record, sources.kept().apply(record.identity().id()));
    }

    private static AdminResponse marked(AdminResponse response, List<Explanation> explanations) {
        TreeSet<String> ids =
                explanations.stream().flatMap(Explanation::standing).collect(Collectors.toCollection(TreeSet::new));
        return response.with(FINDINGS, String.join(",", ids));
    }
}
