package dev.finspect.admin;

import dev.finspect.diagnose.Thresholds;
import dev.finspect.session.SessionDirectory;
import dev.finspect.session.SessionRecord;
import dev.finspect.session.explain.Explanation;
import dev.finspect.session.explain.ExplanationText;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Explains sessions and probes their peers. The event loops only supply records; the worker thread of the admin server
 * composes the text. A response header lists the ids of the findings that hang, for scripts.
 */
final class ExplainApi {
    /** Maximum number of sessions in one response. */
    private static final int MAX_SESSIONS = 100;

    /** Maximum number of sessions that are counted by cause in one response. */
    private static final int MAX_COUNTED = 1_000;

    private static final double LEAST_SECONDS = 0.001;
    private static final double MOST_SECONDS = 86_400;

    private static final String FINDINGS = "Finspect-Findings";
    private static final String TEXT_TYPE = "text/plain; charset=utf-8";

    private final AdminSources sources;
    private final Executor worker;

    ExplainApi(AdminSources sources, Executor worker) {
        this.sources = sources;
        this.worker = worker;
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
        int most = wanted.format() == Format.JSON ? MAX_SESSIONS : MAX_COUNTED;
        SessionDirectory directory = sources.living().get();
        return (wanted.after() == null
                        ? directory.hung(most)
                        : directory.askPeers(null).thenCompose(asked -> directory.living(most)))
                .thenCompose(records -> records.isEmpty() && wanted.format() != Format.JSON
                        ? directory.living(MAX_SESSIONS).thenApplyAsync(living -> calm(living, wanted), worker)
                        : CompletableFuture.supplyAsync(() -> all(records, wanted), worker));
    }

    /** Where nothing hangs: what is owed and not reported yet. */
    private AdminResponse calm(List<SessionRecord> living, Wanted wanted) {
        List<Explanation> explanations = living.stream()
                .map(each -> Explanation.of(each, List.of(), thresholds(each, wanted)))
                .sorted(Comparator.comparing(Explanation::id))
                .toList();
        return marked(
                AdminResponse.page(
                        TEXT_TYPE,
                        ExplanationText.nothingHangs(sources.living().get().livingCount(), explanations)),
                List.of());
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

    private AdminResponse all(List<SessionRecord> records, Wanted wanted) {
        Map<String, SessionRecord> byId = new LinkedHashMap<>();
        for (SessionRecord each : records) {
            SessionRecord examined = examined(each, wanted);
            if (wanted.after() == null
                    || (examined.diagnosed() != null && examined.diagnosed().hangs())) {
                byId.put(each.identity().id(), examined);
            }
        }
        // Headers are looked up for those alone that are shown: there may be many.
        List<Explanation> explanations = byId.values().stream()
                .map(each -> Explanation.of(each, List.of()))
                .sorted(Explanation.WORST_FIRST)
                .toList();
        UnaryOperator<Explanation> detail = each -> {
            SessionRecord record = byId.get(each.id());
            return record == null ? each : explained(record, wanted);
        };
        long living = sources.living().get().livingCount();
        if (wanted.format() == Format.JSON) {
            List<Explanation> whole = explanations.stream().map(detail).toList();
            return marked(AdminResponse.json(sources.explanations().all(whole, living)), explanations);
        }
        if (explanations.isEmpty()) {
            return calm(records, wanted);
        }
        String text = ExplanationText.of(explanations, detail, wanted.all(), wanted.format() == Format.COLOURED_TEXT);
        return marked(AdminResponse.page(TEXT_TYPE, text), explanations);
    }

    private AdminResponse one(String id, Optional<SessionRecord> living, Wanted wanted) {
        Optional<Explanation> found =
                living.or(() -> sources.history().find(id)).map(record -> explained(examined(record, wanted), wanted));
        if (found.isEmpty()) {
            return SessionsApi.notFound(id);
        }
        Explanation explanation = found.get();
        AdminResponse response = wanted.format() == Format.JSON
                ? AdminResponse.json(sources.explanations().one(explanation))
                : AdminResponse.page(
                        TEXT_TYPE, ExplanationText.of(explanation, wanted.format() == Format.COLOURED_TEXT));
        return marked(response, List.of(explanation));
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

    private static AdminResponse marked(AdminResponse response, List<Explanation> explanations) {
        TreeSet<String> ids =
                explanations.stream().flatMap(Explanation::standing).collect(Collectors.toCollection(TreeSet::new));
        return response.with(FINDINGS, String.join(",", ids));
    }
}
