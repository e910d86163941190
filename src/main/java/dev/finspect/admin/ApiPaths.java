package dev.finspect.admin;

import dev.finspect.admin.feed.EventFeed;
import dev.finspect.admin.upload.RequestBody;
import dev.finspect.session.CloseRequest;
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
        finspect: in a browser this is the live page

        /metrics               metrics, in the OpenMetrics format if the client accepts it (?format=text: always plain)
        /healthz               whether this process responds
        /readyz                whether it accepts new connections
        /api/v1/sessions       living and recently closed sessions (?state=living|closed|all&hung=true
                               &limit=N&route=NAME&detail=live|full&filter=TEXT&sort=stuck|age|idle|bytes&cursor=TEXT)
        /api/v1/events         a live stream of the sessions that change, as server-sent events (?filter=TEXT)
        /api/v1/sessions/ID    one session; an ID may be shortened to a beginning that no other has
        /api/v1/sessions/ID/capture.pcapng   its captured headers, for Wireshark and other tools
        /api/v1/sessions/ID/explain   what it waits for, who owes the next step, and the evidence (?format=text)
        /api/v1/sessions/ID/probe     POST with the token: probes whether both peers' hosts still answer
        /api/v1/sessions/ID/close     POST with the token: closes it (?how=fin|reset)
        /api/v1/explain        the same for every session that hangs, worst first (?format=text&all=true&after=5s)
        /api/v1/captures       POST with a pcap or pcapng file: its connections; nothing is kept (?session=ID&filter=TEXT)
        ?anonymise=true        for /explain, /sessions, a session and its capture: other addresses and names
        /api/v1/routes         every route: where it listens, its upstreams, its close policy
        /api/v1/routes/NAME/close-policy   POST with the token: changes the close policy (?policy=full_close)
        /api/v1/reload         POST with the token: reads the configuration again (?format=text)
        /api/v1/drain          POST with the token: ends finspect as SIGTERM does (?patience=SECONDS)
        /runbook/NAME          what a finding or an alert means and what to do; anyone may read it
        /api/v1/links          POST with the token: a link by which a browser can read, once, within 10 minutes
                               (?act=true: and change)\
        """;
    private static final String CAPTURE = "/capture.pcapng";
    private static final String EXPLAIN = "/explain";
    private static final String EXPLAIN_ALL = "/api/v1/explain";
    private static final String ROUTES = "/api/v1/routes";
    private static final String EVENTS = "/api/v1/events";
    private static final String LAST_EVENT_ID = "Last-Event-ID";

    /** A reload looks up a user, opens files and binds listeners. */
    private static final int RELOAD_SECONDS = 30;

    private final AdminSources sources;
    private final SessionsApi sessions;
    private final ExplainApi explain;
    private final RoutesApi routes;
    private final EventsApi events;
    private final ActsApi acts;
    private final FullIds ids;
    private final ReloadApi reload;
    private final OpenPath open;
    private final MetricsPages metrics;
    private final PageFiles page;
    private final CapturesApi captures;
    private final ListGate gate;
    private final Duration answer;

    /** Makes single pages on {@code worker}, and lists on {@code lists}. */
    ApiPaths(AdminSources sources, AdminLimits limits, OpenPath open, EventFeed feed, Executor worker, Executor lists) {
        this.sources = sources;
        this.open = open;
        this.sessions = new SessionsApi(sources, worker, lists);
        this.explain = new ExplainApi(sources, worker, lists);
        this.routes = new RoutesApi(sources.routes());
        this.events = new EventsApi(feed, sources);
        this.acts = new ActsApi(sources);
        this.ids = new FullIds(sources, worker);
        this.reload = new ReloadApi(sources.reloading());
        this.metrics = new MetricsPages(sources.metrics(), worker);
        this.page = new PageFiles(worker);
        this.captures = new CapturesApi(sources);
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
            if (PageFiles.isAsked(request)) {
                return inTime(page.answer(request));
            }
            if (target.path().equals(OpenPath.PATH) && request.method().equals(HttpMethod.GET)) {
                return now(open.exchange(target.parameters(), local.getPort()));
            }
            if (target.path().equals(EVENTS)) {
                String last = request.headers().get(LAST_EVENT_ID, "");
                return events.open(EventsApi.Wanted.of(target.parameters(), last));
            }
            return get(target.path(), target.parameters(), request.headers().get(HttpHeaderNames.ACCEPT, ""));
        } catch (BadQuery e) {
            return now(RequestCheck.badRequest(String.valueOf(e.getMessage())));
        } catch (IllegalArgumentException e) {
            return now(badEncoding());
        }
    }

    /** Handles a request with a capture file. */
    CompletableFuture<AdminResponse> file(HttpRequest request, RequestBody body) {
        try {
            return captures.read(CapturesApi.Wanted.of(new QueryStringDecoder(request.uri()).parameters()), body);
        } catch (BadQuery e) {
            return body.discard().handle((done, late) -> RequestCheck.badRequest(String.valueOf(e.getMessage())));
        } catch (IllegalArgumentException e) {
            return body.discard().handle((done, late) -> badEncoding());
        }
    }

    private static AdminResponse badEncoding() {
        return RequestCheck.badRequest("the request target is not properly percent-encoded");
    }

    private CompletableFuture<AdminResponse> post(String path, Map<String, List<String>> query) throws BadQuery {
        Optional<String> probed = RequestCheck.probedSession(path);
        if (probed.isPresent()) {
            ExplainQuery wanted = ExplainQuery.of(query);
            return inTime(ids.with(probed.get(), id -> explain.probe(id, wanted)));
        }
        Optional<String> closed = RequestCheck.closedSession(path);
        if (closed.isPresent()) {
            CloseRequest how = ActsApi.how(query);
            return inTime(ids.with(closed.get(), id -> acts.close(id, how)));
        }
        if (path.equals(RequestCheck.DRAIN)) {
            return now(acts.drain(query));
        }
        if (path.equals(RequestCheck.LINKS)) {
            return now(open.made(query));
        }
        if (path.equals(RequestCheck.RELOAD)) {
            return reload.reload(query).orTimeout(RELOAD_SECONDS, TimeUnit.SECONDS);
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
            case EXPLAIN_ALL -> explain(ExplainQuery.of(query));
            case ROUTES -> now(routes.all(query));
            default -> path.startsWith(Runbook.PATH) ? runbook(path) : session(path, query);
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
            ExplainQuery wanted = ExplainQuery.of(query);
            return inTime(ids.with(id, full -> explain.one(full, wanted)));
        }
        Shown shown = Shown.alone(query);
        return inTime(ids.with(id, full -> capture ? sessions.capture(full, shown) : sessions.find(full, shown)));
    }

    private static CompletableFuture<AdminResponse> runbook(String path) {
        return Runbook.part(path.substring(Runbook.PATH.length()))
                .map(part -> now(AdminResponse.text(HttpResponseStatus.OK, part)))
                .orElseGet(ApiPaths::unknown);
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
    private CompletableFuture<AdminResponse> explain(ExplainQuery wanted) {
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
