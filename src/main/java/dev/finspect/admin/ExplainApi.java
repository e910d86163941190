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
 * Explains sessions, and probes one. The event loops only hand out records; the words are made on the admin server's own
 * worker thread. Ids of the findings that hang are in a header too, so that scripts need not read the page.
 */
final class ExplainApi {
    /** Sessions that one answer explains at most. */
    private static final int MOST = 100;

    private static final String FINDINGS = "Finspect-Findings";
    private static final String TEXT_TYPE = "text/plain; charset=utf-8";

    private final AdminSources sources;
    private final Executor worker;

    ExplainApi(AdminSources sources, Executor worker) {
        this.sources = sources;
        this.worker = worker;
    }

    /** How explanations are answered. */
    enum Format {
        JSON,
        TEXT,
        COLOURED_TEXT;

        /** Reads the parameters of a query. */
        static Format of(Map<String, List<String>> parameters) throws BadQuery {
            for (String name : parameters.keySet()) {
                if (!List.of("format", "color").contains(name)) {
                    throw new BadQuery("unknown parameter \"" + name + "\": there are format and color");
                }
            }
            List<String> format = parameters.getOrDefault("format", List.of("json"));
            List<String> colour = parameters.getOrDefault("color", List.of("never"));
            if (format.equals(List.of("json"))) {
                return JSON;
            }
            if (!format.equals(List.of("text"))) {
                throw new BadQuery("format is json or text");
            }
            return colour.equals(List.of("always")) ? COLOURED_TEXT : TEXT;
        }
    }

    /** Every session that hangs, worst first. */
    CompletableFuture<Answer> all(Format format) {
        return sources.living().get().hung(MOST).thenApplyAsync(hung -> all(hung, format), worker);
    }

    /** One session, living or among the last that closed. */
    CompletableFuture<Answer> one(String id, Format format) {
        return sources.living().get().find(id).thenApplyAsync(living -> one(id, living, format), worker);
    }

    /** Asks the hosts of a session's peers for a sign of life. */
    CompletableFuture<Answer> probe(String id, Format format) {
        return sources.living()
                .get()
                .probe(id)
                .thenApplyAsync(
                        probes -> probes.map(each -> format == Format.JSON
                                        ? Answer.json(sources.explanations().probed(id, each))
                                        : Answer.page(TEXT_TYPE, ExplanationText.of(each)))
                                .orElseGet(() -> Answer.error(
                                        HttpResponseStatus.NOT_FOUND,
                                        "session_not_found",
                                        "no session \"" + id + "\" lives, and only living ones can be probed")),
                        worker);
    }

    private Answer all(List<SessionRecord> hung, Format format) {
        List<Explanation> explanations = hung.stream()
                .map(this::explained)
                .sorted(Explanation.WORST_FIRST)
                .toList();
        long living = sources.living().get().livingCount();
        if (format == Format.JSON) {
            return marked(Answer.json(sources.explanations().all(explanations, living)), explanations);
        }
        String text = explanations.isEmpty()
                ? ExplanationText.nothingHangs(living)
                : explanations.stream()
                        .map(each -> ExplanationText.of(each, format == Format.COLOURED_TEXT))
                        .collect(Collectors.joining("\n" + "=".repeat(79) + "\n\n"));
        return marked(Answer.page(TEXT_TYPE, text), explanations);
    }

    private Answer one(String id, Optional<SessionRecord> living, Format format) {
        Optional<Explanation> found =
                living.or(() -> sources.history().find(id)).map(this::explained);
        if (found.isEmpty()) {
            return SessionsApi.notFound(id);
        }
        Explanation explanation = found.get();
        Answer answer = format == Format.JSON
                ? Answer.json(sources.explanations().one(explanation))
                : Answer.page(TEXT_TYPE, ExplanationText.of(explanation, format == Format.COLOURED_TEXT));
        return marked(answer, List.of(explanation));
    }

    private Explanation explained(SessionRecord record) {
        return Explanation.of(record, sources.kept().apply(record.identity().id()));
    }

    private static Answer marked(Answer answer, List<Explanation> explanations) {
        TreeSet<String> ids =
                explanations.stream().flatMap(Explanation::standing).collect(Collectors.toCollection(TreeSet::new));
        return answer.with(FINDINGS, String.join(",", ids));
    }
}
