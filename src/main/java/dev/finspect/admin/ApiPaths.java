package dev.finspect.admin;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Maps the paths of the admin server to their handlers. */
final class ApiPaths {
    private static final String SESSIONS = "/api/v1/sessions";
    private static final String INDEX = """
        finspect

        /metrics               metrics, in the OpenMetrics format if the client accepts it (?format=text: always plain)
        /healthz               whether this process responds
        /readyz                whether it accepts new connections
        /api/v1/sessions       living and recently closed sessions (?state=living|closed|all&hung=true
                               &limit=N&route=NAME&detail=full)
        /api/v1/sessions/ID    one session
        /api/v1/sessions/ID/capture.pcapng   its captured headers, for Wireshark and other tools
        /api/v1/sessions/ID/explain   what it waits for, who owes the next step, and the evidence (?format=text)
        /api/v1/sessions/ID/probe     POST with the token: probes whether both peers' hosts still answer
        /api/v1/explain        the same for every session that hangs, worst first (?format=text&all=true&after=SECONDS)
        /api/v1/routes         every route: where it listens, its upstreams, its close policy
        /api/v1/routes/NAME/close-policy   POST with the token: changes the close policy (?policy=full_close)
        /api/v1/links          POST with the token: a link by which a browser can read, once, within 10 minutes\
        """;
    private static final String CAPTURE = "/capture.pcapng";
    private static final String EXPLAIN = "/explain";
    private static final String EXPLAIN_ALL = "/api/v1/explain";
    private static final String ROUTES = "/api/v1/routes";

    private final AdminSources sources;
    private final SessionsApi sessions;
    private final ExplainApi explain;
    private final RoutesApi routes;
    private final OpenPath open;
    private final MetricsPages metrics;
    private final ListGate gate;
    private final Duration answer;

    /** Makes single pages on {@code worker}, and lists on {@code lists}. */
    ApiPaths(AdminSources sources, AdminLimits limits, OpenPath open, Executor worker, Executor lists) {
        this.sources = sources;
        this.open = open;
        this.sessions = new SessionsApi(sources, worker, lists);
        this.explain = new ExplainApi(sources, worker, lists);
        this.routes = new RoutesApi(sources.routes());
        this.metrics = new MetricsPages(sources.metrics(), worker);
        this.gate = new ListGate(limits.lists(), limits.answer());
        this.answer = limits.answer();
    }

    /** Handles a request that passed the check. Slow work runs on the worker thread or on the event loops. */
    CompletableFuture<AdminResponse> handle(HttpRequest request, InetSocketAddress local) {
        try {
            QueryStringDecoder target = new QueryStringDecoder(request.uri());
            if (request.method().equals(HttpMethod.POST)) {
                return post(target.path(), target.parameters());
            }
            if (target.path().equals(OpenPath.PATH) && request.method().equals(HttpMethod.GET)) {
                return now(open.exchange(target.parameters(), local.getPort()));
            }
            return get(target.path(), target.parameters(), request.headers().get(HttpHeaderNames.ACCEPT, ""));
        } catch (BadQuery e) {
            return now(RequestCheck.badRequest(String.valueOf(e.getMessage())));
        } catch (IllegalArgumentException e) {
            return now(RequestCheck.badRequest("the request target is not properly percent-encoded"));
        }
    }

    private CompletableFuture<AdminResponse> post(String path, Map<String, List<String>> query) throws BadQuery {
        Optional<String> probed = RequestCheck.probedSession(path);
        if (probed.isPresent()) {
            return inTime(
                    explain.probe(probed.get(), ExplainApi.Wanted.of(query).format()));
        }
        if (path.equals(RequestCheck.LINKS)) {
            return now(open.made(query));
        }
        Optional<String> changed = RequestCheck.changedRoute(path);
        return changed.isPresent() ? now(routes.closePolicy(changed.get(), query)) : unknown();
    }

    private CompletableFuture<AdminResponse> get(String path, Map<String, List<String>> query, String accept)
            throws BadQuery {
        return switch (path) {
            case "/" -> now(AdminResponse.text(HttpResponseStatus.OK, INDEX));
            case "/healthz" -> now(AdminResponse.text(HttpResponseStatus.OK, "ok"));
            case "/readyz" -> now(ready());
            case "/metrics" -> inTime(metrics.page(plain(query.get("format")) ? "" : accept));
            case SESSIONS -> sessions(SessionsQuery.of(query));
            case EXPLAIN_ALL -> explain(ExplainApi.Wanted.of(query));
            case ROUTES -> now(routes.all(query));
            default -> session(path, query);
        };
    }

    private CompletableFuture<AdminResponse> session(String path, Map<String, List<String>> query) throws BadQuery {
        String rest = path.startsWith(SESSIONS + "/") ? path.substring(SESSIONS.length() + 1) : "";
        boolean capture = rest.endsWith(CAPTURE);
        boolean explained = rest.endsWith(EXPLAIN);
        String suffix = capture ? CAPTURE : explained ? EXPLAIN : "";
        String id = rest.substring(0, rest.length() - suffix.length());
        if (id.isEmpty() || id.indexOf('/') >= 0) {
            return unknown();
        }
        if (explained) {
            return inTime(explain.one(id, ExplainApi.Wanted.of(query)));
        }
        return inTime(capture ? sessions.capture(id) : sessions.find(id));
    }

    private static CompletableFuture<AdminResponse> unknown() {
        return now(AdminResponse.error(HttpResponseStatus.NOT_FOUND, "not_found", "no such path; / lists all paths"));
    }

    private AdminResponse ready() {
        Readiness.State state = sources.readiness().state();
        return AdminResponse.text(
                state == Readiness.State.READY ? HttpResponseStatus.OK : HttpResponseStatus.SERVICE_UNAVAILABLE,
                state.sentence());
    }

    private CompletableFuture<AdminResponse> sessions(SessionsQuery query) {
        return gate.pass(answer, () -> sessions.list(query));
    }

    /** All sessions that hang must be looked at before the first is explained. */
    private CompletableFuture<AdminResponse> explain(ExplainApi.Wanted wanted) {
        return gate.pass(answer.multipliedBy(2), () -> explain.all(wanted));
    }

    private CompletableFuture<AdminResponse> inTime(CompletableFuture<AdminResponse> response) {
        return response.orTimeout(answer.toNanos(), TimeUnit.NANOSECONDS);
    }

    private static boolean plain(@Nullable List<String> formats) throws BadQuery {
        if (formats == null) {
            return false;
        }
        if (!formats.equals(List.of("text"))) {
            throw new BadQuery("format must be text; without it, the Accept header decides");
        }
        return true;
    }

    private static CompletableFuture<AdminResponse> now(AdminResponse response) {
        return CompletableFuture.completedFuture(response);
    }
}
