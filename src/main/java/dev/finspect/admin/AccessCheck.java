package dev.finspect.admin;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.cookie.Cookie;
import io.netty.handler.codec.http.cookie.ServerCookieDecoder;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Decides who may ask for what. Lists, records, captures and explanations name addresses and programs, so that reading needs one
 * of these:
 *
 * <pre>
 *   the path is open         anyone          by the configuration, for scrapers and health checks
 *   a file of the page       anyone          it shows nothing until its requests for data are admitted
 *   the token                anyone          Authorization: Bearer TOKEN
 *   a cookie                 a browser       that has exchanged a link
 *   the caller's user        root, own user  by the kernel's socket table
 * </pre>
 *
 * Who may read may have a capture file read, which changes nothing. A change needs the token, or the secret of a link that was made for changes, in the same header.
 */
final class AccessCheck {
    private static final String BEARER = "Bearer ";

    private final byte[] authorization;
    private final Set<String> open;
    private final BrowserLinks links;
    private final Callers callers;
    private final Executor worker;

    /** Looks up callers on {@code worker}. */
    AccessCheck(String token, Set<String> open, BrowserLinks links, Callers callers, Executor worker) {
        this.authorization = (BEARER + token).getBytes(StandardCharsets.UTF_8);
        this.open = open;
        this.links = links;
        this.callers = callers;
        this.worker = worker;
    }

    /** What is known of the caller of one connection, which does not change while it is open. Confined to its event loop. */
    static final class Caller {
        private final InetSocketAddress remote;
        private final InetSocketAddress local;
        private @Nullable CompletableFuture<Boolean> mayRead;

        Caller(InetSocketAddress remote, InetSocketAddress local) {
            this.remote = remote;
            this.local = local;
        }

        /** This end's address. */
        InetSocketAddress local() {
            return local;
        }
    }

    /** Whether the request asks for a path that anyone may read. */
    boolean isOpen(HttpRequest request) {
        String path = RequestCheck.path(request);
        return !request.method().equals(HttpMethod.POST) && (open.contains(path) || path.startsWith(Runbook.PATH));
    }

    /** The response that rejects the request; empty if the caller may have what it asks for. */
    CompletableFuture<Optional<AdminResponse>> rejection(HttpRequest request, Caller caller) {
        if (hasToken(request) || hasActSecret(request)) {
            return admitted();
        }
        if (request.method().equals(HttpMethod.POST) && !RequestCheck.hasFile(request)) {
            return CompletableFuture.completedFuture(Optional.of(unauthorized(
                    "a change needs the token: the one in the instance file of the user that runs finspect, or in"
                            + " admin.token_file, as Authorization: Bearer TOKEN")));
        }
        // The link is itself a proof, which the path checks. The page holds no data.
        if (isOpen(request)
                || RequestCheck.path(request).equals(OpenPath.PATH)
                || PageFiles.isAsked(request)
                || hasCookie(request, caller)) {
            return admitted();
        }
        return mayRead(caller)
                .thenApply(may -> may
                        ? Optional.empty()
                        : Optional.of(unauthorized(callers.readers()
                                + " may read this here; others need the token (Authorization: Bearer TOKEN),"
                                + " or a link that 'finspect open' prints for a browser")));
    }

    private static CompletableFuture<Optional<AdminResponse>> admitted() {
        return CompletableFuture.completedFuture(Optional.empty());
    }

    private CompletableFuture<Boolean> mayRead(Caller caller) {
        CompletableFuture<Boolean> known = caller.mayRead;
        if (known == null) {
            known = CompletableFuture.supplyAsync(() -> callers.mayRead(caller.remote, caller.local), worker);
            caller.mayRead = known;
        }
        return known;
    }

    private boolean hasToken(HttpRequest request) {
        byte[] presented =
                request.headers().get(HttpHeaderNames.AUTHORIZATION, "").getBytes(StandardCharsets.UTF_8);
        return MessageDigest.isEqual(authorization, presented);
    }

    /** One that was made for changes leads to no further link, so that it ends with its time. */
    private boolean hasActSecret(HttpRequest request) {
        String presented = request.headers().get(HttpHeaderNames.AUTHORIZATION, "");
        return presented.startsWith(BEARER)
                && !RequestCheck.path(request).equals(RequestCheck.LINKS)
                && links.permitsActs(presented.substring(BEARER.length()));
    }

    private boolean hasCookie(HttpRequest request, Caller caller) {
        String name = OpenPath.cookie(caller.local.getPort());
        for (String header : request.headers().getAll(HttpHeaderNames.COOKIE)) {
            for (Cookie cookie : ServerCookieDecoder.LAX.decode(header)) {
                if (cookie.name().equals(name) && links.admits(cookie.value())) {
                    return true;
                }
            }
        }
        return false;
    }

    private static AdminResponse unauthorized(String message) {
        return AdminResponse.error(HttpResponseStatus.UNAUTHORIZED, "token", message)
                .with("WWW-Authenticate", "Bearer");
    }
}
