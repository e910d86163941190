package dev.finspect.admin;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** What there is to be asked for, and who answers. */
final class Paths {
    private static final String SESSIONS = "/api/v1/sessions";
    private static final String INDEX = """
            finspect

            /metrics               meters, in OpenMetrics where asked for (?format=text: always plain)
            /healthz               whether this process answers
            /readyz                whether it takes new connections
            /api/v1/sessions       living sessions and the last that closed (?state=living|closed|all&limit=N&route=NAME)
            /api/v1/sessions/ID    one session
            /api/v1/sessions/ID/capture.pcapng   the headers kept of it, for Wireshark and others
            /api/v1/sessions/ID/explain   what it waits for, who owes the next step, and what proves it (?format=text)
            /api/v1/sessions/ID/probe     POST with the token: asks both peers' hosts for a sign of life
            /api/v1/explain        the same of every session that hangs, worst first (?format=text)
            /api/v1/routes         every route: where it listens, its upstreams, its close policy
            /api/v1/routes/NAME/close-policy   POST with the token: plays another proxy's close (?policy=full_close)""";
    private static final String CAPTURE = "/capture.pcapng";
    private static final String EXPLAIN = "/explain";
    private static final String EXPLAIN_ALL = "/api/v1/explain";
    private static final String ROUTES = "/api/v1/routes";

    private final AdminSources sources;
    private final SessionsApi sessions;
    private final ExplainApi explain;
    private final RoutesApi routes;
    private final Executor worker;

    Paths(AdminSources sources, Executor worker) {
        this.sources = sources;
        this.sessions = new SessionsApi(sources, worker);
        this.explain = new ExplainApi(sources, worker);
        this.routes = new RoutesApi(sources.routes());
        this.worker = worker;
    }

    /** Answers a request that the gate let pass. What takes long is done on the worker thread or by the event loops. */
    CompletableFuture<Answer> answer(HttpRequest request) {
        try {
            QueryStringDecoder target = new QueryStringDecoder(request.uri());
            if (request.method().equals(HttpMethod.POST)) {
                return post(target.path(), target.parameters());
            }
            return answer(target.path(), target.parameters(), request.headers().get(HttpHeaderNames.ACCEPT, ""));
        } catch (BadQuery e) {
            return now(Gate.badRequest(String.valueOf(e.getMessage())));
        } catch (IllegalArgumentException e) {
            return now(Gate.badRequest("the target is not properly percent-encoded"));
        }
    }

    private CompletableFuture<Answer> post(String path, Map<String, List<String>> query) throws BadQuery {
        Optional<String> probed = Gate.probed(path);
        if (probed.isPresent()) {
            return explain.probe(probed.get(), ExplainApi.Format.of(query));
        }
        Optional<String> switched = Gate.switched(path);
        return switched.isPresent() ? now(routes.closePolicy(switched.get(), query)) : unknown();
    }

    private CompletableFuture<Answer> answer(String path, Map<String, List<String>> query, String accept)
            throws BadQuery {
        return switch (path) {
            case "/" -> now(Answer.text(HttpResponseStatus.OK, INDEX));
            case "/healthz" -> now(Answer.text(HttpResponseStatus.OK, "ok"));
            case "/readyz" -> now(ready());
            case "/metrics" -> metrics(plain(query.get("format")) ? "" : accept);
            case SESSIONS -> sessions.list(SessionsQuery.of(query));
            case EXPLAIN_ALL -> explain.all(ExplainApi.Format.of(query));
            case ROUTES -> now(routes.all(query));
            default -> session(path, query);
        };
    }

    private CompletableFuture<Answer> session(String path, Map<String, List<String>> query) throws BadQuery {
        String rest = path.startsWith(SESSIONS + "/") ? path.substring(SESSIONS.length() + 1) : "";
        boolean capture = rest.endsWith(CAPTURE);
        boolean explained = rest.endsWith(EXPLAIN);
        String suffix = capture ? CAPTURE : explained ? EXPLAIN : "";
        String id = rest.substring(0, rest.length() - suffix.length());
        if (id.isEmpty() || id.indexOf('/') >= 0) {
            return unknown();
        }
        if (explained) {
            return explain.one(id, ExplainApi.Format.of(query));
        }
        return capture ? sessions.capture(id) : sessions.find(id);
    }

    private static CompletableFuture<Answer> unknown() {
        return now(Answer.error(
                HttpResponseStatus.NOT_FOUND, "not_found", "there is no such path; / lists those that there are"));
    }

    private Answer ready() {
        Readiness.State state = sources.readiness().state();
        return Answer.text(
                state == Readiness.State.READY ? HttpResponseStatus.OK : HttpResponseStatus.SERVICE_UNAVAILABLE,
                state.sentence());
    }

    private CompletableFuture<Answer> metrics(String accept) {
        return CompletableFuture.supplyAsync(
                () -> {
                    var page = sources.metrics().render(accept);
                    return Answer.page(page.contentType(), page.body());
                },
                worker);
    }

    private static boolean plain(@Nullable List<String> formats) throws BadQuery {
        if (formats == null) {
            return false;
        }
        if (!formats.equals(List.of("text"))) {
            throw new BadQuery("format is text, or left out to let the Accept header decide");
        }
        return true;
    }

    private static CompletableFuture<Answer> now(Answer answer) {
        return CompletableFuture.completedFuture(answer);
    }
}
