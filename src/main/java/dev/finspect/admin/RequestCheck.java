package dev.finspect.admin;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Checks a request before it is processed: well-formed, without a body, with a Host header of this machine; GET or HEAD, or a
 * POST to a known path with the token and without a foreign origin.
 *
 * <p>The Host check rejects web pages whose own name resolves to 127.0.0.1 (DNS rebinding).
 */
final class RequestCheck {
    private static final Pattern HOST = Pattern.compile("(\\[[0-9a-fA-F:.]+\\]|[^:\\[\\]/@]+)(?::[0-9]{1,5})?");

    /** A path that accepts POST: {@code /api/v1/sessions/ID/probe}. */
    private static final Pattern PROBE = Pattern.compile("/api/v1/sessions/([^/?]+)/probe");

    /** A path that accepts POST: {@code /api/v1/routes/NAME/close-policy}. */
    private static final Pattern CLOSE_POLICY = Pattern.compile("/api/v1/routes/([^/?]+)/close-policy");

    private final Set<String> names;
    private final byte[] authorization;

    /**
     * Accepts the usual loopback names, and the address that the server is bound to.
     *
     * @param token what a POST must carry: {@code Authorization: Bearer TOKEN}
     */
    RequestCheck(InetAddress bound, String token) {
        authorization = ("Bearer " + token).getBytes(StandardCharsets.UTF_8);
        names = Stream.concat(
                        Stream.of("localhost", "127.0.0.1", "[::1]"),
                        Stream.of(bound).filter(Inet4Address.class::isInstance).map(InetAddress::getHostAddress))
                .collect(Collectors.toUnmodifiableSet());
    }

    /** The response that rejects the request; null if the request is accepted. */
    @Nullable
    AdminResponse rejection(HttpRequest request) {
        if (request.decoderResult().isFailure()) {
            return malformed(request.decoderResult().cause());
        }
        if (request.protocolVersion().majorVersion() != 1) {
            return AdminResponse.error(
                    HttpResponseStatus.HTTP_VERSION_NOT_SUPPORTED, "version", "use HTTP/1.1 or HTTP/1.0");
        }
        AdminResponse host = host(request.headers().getAll(HttpHeaderNames.HOST));
        if (host != null) {
            return host;
        }
        boolean post = request.method().equals(HttpMethod.POST)
                && changes(request.uri().replaceFirst("\\?.*", ""));
        if (post) {
            AdminResponse rejection = change(request);
            if (rejection != null) {
                return rejection;
            }
        } else if (!request.method().equals(HttpMethod.GET) && !request.method().equals(HttpMethod.HEAD)) {
            return AdminResponse.error(
                            HttpResponseStatus.METHOD_NOT_ALLOWED,
                            "method_not_allowed",
                            "this path supports only GET and HEAD")
                    .with("Allow", "GET, HEAD");
        }
        if (HttpUtil.isTransferEncodingChunked(request)
                || request.headers().contains(HttpHeaderNames.TRANSFER_ENCODING)
                || HttpUtil.getContentLength(request, 0L) != 0) {
            return badRequest("requests must not have a body");
        }
        return request.uri().startsWith("/") ? null : badRequest("the request target must begin with /");
    }

    /** The id of the session whose peers a POST to this path probes; empty for other paths. */
    static Optional<String> probedSession(String path) {
        Matcher probe = PROBE.matcher(path);
        return probe.matches() ? Optional.of(probe.group(1)) : Optional.empty();
    }

    /** The name of the route whose close policy a POST to this path changes; empty for other paths. */
    static Optional<String> changedRoute(String path) {
        Matcher route = CLOSE_POLICY.matcher(path);
        return route.matches() ? Optional.of(route.group(1)) : Optional.empty();
    }

    private static boolean changes(String path) {
        return probedSession(path).isPresent() || changedRoute(path).isPresent();
    }

    /** A request with an effect: the sender must be able to read the instance file, and must not be a page of another site. */
    private @Nullable AdminResponse change(HttpRequest request) {
        String origin = request.headers().get(HttpHeaderNames.ORIGIN);
        if (origin != null && !origin.equals("http://" + request.headers().get(HttpHeaderNames.HOST))) {
            return AdminResponse.error(
                    HttpResponseStatus.FORBIDDEN, "foreign_origin", "pages of other origins may not change anything");
        }
        byte[] presented =
                request.headers().get(HttpHeaderNames.AUTHORIZATION, "").getBytes(StandardCharsets.UTF_8);
        if (!MessageDigest.isEqual(authorization, presented)) {
            return AdminResponse.error(
                            HttpResponseStatus.UNAUTHORIZED,
                            "token",
                            "this request needs the token from the instance file of the user that runs finspect, as"
                                    + " Authorization: Bearer TOKEN")
                    .with("WWW-Authenticate", "Bearer");
        }
        return null;
    }

    private @Nullable AdminResponse host(List<String> hosts) {
        if (hosts.size() > 1) {
            return badRequest("more than one Host header");
        }
        Matcher host = HOST.matcher(hosts.isEmpty() ? "" : hosts.get(0).strip());
        if (host.matches() && names.contains(host.group(1).toLowerCase(Locale.ROOT))) {
            return null;
        }
        return AdminResponse.error(
                HttpResponseStatus.FORBIDDEN,
                "foreign_host",
                "the Host header must be a loopback name: localhost, 127.0.0.1 or [::1]");
    }

    private static AdminResponse malformed(Throwable cause) {
        if (cause instanceof TooLongHttpLineException) {
            return AdminResponse.error(
                    HttpResponseStatus.REQUEST_URI_TOO_LONG, "line_too_long", "the request line is too long");
        }
        if (cause instanceof TooLongHttpHeaderException) {
            return AdminResponse.error(
                    HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
                    "headers_too_large",
                    "the request's headers are too large");
        }
        return badRequest("not an HTTP request");
    }

    static AdminResponse badRequest(String message) {
        return AdminResponse.error(HttpResponseStatus.BAD_REQUEST, "bad_request", message);
    }
}
