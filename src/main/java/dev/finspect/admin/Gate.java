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
 * Looks at a request before anything is done for it: well-formed, without a body, for a name of this machine; GET or HEAD, or
 * a POST that there is, with the token of this start and from no other origin.
 *
 * <p>The Host check keeps web pages out that had their own name resolved to 127.0.0.1 (DNS rebinding).
 */
final class Gate {
    private static final Pattern HOST = Pattern.compile("(\\[[0-9a-fA-F:.]+\\]|[^:\\[\\]/@]+)(?::[0-9]{1,5})?");

    /** What can be posted to: {@code /api/v1/sessions/ID/probe}. */
    private static final Pattern PROBE = Pattern.compile("/api/v1/sessions/([^/?]+)/probe");

    /** And {@code /api/v1/routes/NAME/close-policy}. */
    private static final Pattern CLOSE_POLICY = Pattern.compile("/api/v1/routes/([^/?]+)/close-policy");

    private final Set<String> names;
    private final byte[] authorization;

    /**
     * Lets in the usual names of the loopback, and the address that the server is bound to.
     *
     * @param token what a POST must bring: {@code Authorization: Bearer TOKEN}
     */
    Gate(InetAddress bound, String token) {
        authorization = ("Bearer " + token).getBytes(StandardCharsets.UTF_8);
        names = Stream.concat(
                        Stream.of("localhost", "127.0.0.1", "[::1]"),
                        Stream.of(bound).filter(Inet4Address.class::isInstance).map(InetAddress::getHostAddress))
                .collect(Collectors.toUnmodifiableSet());
    }

    /** The answer that turns the request away, or null where it may pass. */
    @Nullable
    Answer refusal(HttpRequest request) {
        if (request.decoderResult().isFailure()) {
            return malformed(request.decoderResult().cause());
        }
        if (request.protocolVersion().majorVersion() != 1) {
            return Answer.error(HttpResponseStatus.HTTP_VERSION_NOT_SUPPORTED, "version", "speak HTTP/1.1 or HTTP/1.0");
        }
        Answer host = host(request.headers().getAll(HttpHeaderNames.HOST));
        if (host != null) {
            return host;
        }
        boolean post = request.method().equals(HttpMethod.POST)
                && changes(request.uri().replaceFirst("\\?.*", ""));
        if (post) {
            Answer refusal = change(request);
            if (refusal != null) {
                return refusal;
            }
        } else if (!request.method().equals(HttpMethod.GET) && !request.method().equals(HttpMethod.HEAD)) {
            return Answer.error(
                            HttpResponseStatus.METHOD_NOT_ALLOWED,
                            "method_not_allowed",
                            "only GET and HEAD are understood here")
                    .with("Allow", "GET, HEAD");
        }
        if (HttpUtil.isTransferEncodingChunked(request)
                || request.headers().contains(HttpHeaderNames.TRANSFER_ENCODING)
                || HttpUtil.getContentLength(request, 0L) != 0) {
            return badRequest("a request here has no body");
        }
        return request.uri().startsWith("/") ? null : badRequest("the target must begin with /");
    }

    /** The session whose peers a POST to this path probes; empty for other paths. */
    static Optional<String> probed(String path) {
        Matcher probe = PROBE.matcher(path);
        return probe.matches() ? Optional.of(probe.group(1)) : Optional.empty();
    }

    /** The route that a POST to this path switches; empty for other paths. */
    static Optional<String> switched(String path) {
        Matcher route = CLOSE_POLICY.matcher(path);
        return route.matches() ? Optional.of(route.group(1)) : Optional.empty();
    }

    private static boolean changes(String path) {
        return probed(path).isPresent() || switched(path).isPresent();
    }

    /** A request that does something: of whoever can read the instance file, and not of another site's page. */
    private @Nullable Answer change(HttpRequest request) {
        String origin = request.headers().get(HttpHeaderNames.ORIGIN);
        if (origin != null && !origin.equals("http://" + request.headers().get(HttpHeaderNames.HOST))) {
            return Answer.error(
                    HttpResponseStatus.FORBIDDEN, "foreign_origin", "a page of another origin may change nothing here");
        }
        byte[] brought =
                request.headers().get(HttpHeaderNames.AUTHORIZATION, "").getBytes(StandardCharsets.UTF_8);
        if (!MessageDigest.isEqual(authorization, brought)) {
            return Answer.error(
                            HttpResponseStatus.UNAUTHORIZED,
                            "token",
                            "this needs the token of this start, which is in the instance file of the user that runs"
                                    + " finspect: Authorization: Bearer TOKEN")
                    .with("WWW-Authenticate", "Bearer");
        }
        return null;
    }

    private @Nullable Answer host(List<String> hosts) {
        if (hosts.size() > 1) {
            return badRequest("more than one Host header");
        }
        Matcher host = HOST.matcher(hosts.isEmpty() ? "" : hosts.get(0).strip());
        if (host.matches() && names.contains(host.group(1).toLowerCase(Locale.ROOT))) {
            return null;
        }
        return Answer.error(
                HttpResponseStatus.FORBIDDEN,
                "foreign_host",
                "the Host header must name this machine's loopback: localhost, 127.0.0.1 or [::1]");
    }

    private static Answer malformed(Throwable cause) {
        if (cause instanceof TooLongHttpLineException) {
            return Answer.error(
                    HttpResponseStatus.REQUEST_URI_TOO_LONG, "line_too_long", "the request line is too long");
        }
        if (cause instanceof TooLongHttpHeaderException) {
            return Answer.error(
                    HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
                    "headers_too_large",
                    "the request's headers are too large");
        }
        return badRequest("not an HTTP request");
    }

    static Answer badRequest(String message) {
        return Answer.error(HttpResponseStatus.BAD_REQUEST, "bad_request", message);
    }
}
