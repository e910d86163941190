package dev.finspect.admin;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.util.NetUtil;
import java.net.InetSocketAddress;
import java.util.Arrays;
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
 * Checks the form of a request before it is processed: well-formed, with a Host header of this machine; GET or HEAD, or a POST to
 * a known path without a foreign origin; without a body, but for a capture file.
 *
 * <p>The Host check rejects web pages whose own name resolves to 127.0.0.1 (DNS rebinding).
 */
final class RequestCheck {
    private static final Pattern HOST = Pattern.compile("(\\[[0-9a-fA-F:.]+\\]|[^:\\[\\]/@]+)(?::[0-9]{1,5})?");

    /** A path that accepts POST: {@code /api/v1/sessions/ID/probe}. */
    private static final Pattern PROBE = Pattern.compile("/api/v1/sessions/([^/?]+)/probe");

    /** A path that accepts POST: {@code /api/v1/routes/NAME/close-policy}. */
    private static final Pattern CLOSE_POLICY = Pattern.compile("/api/v1/routes/([^/?]+)/close-policy");

    /** A path that accepts POST: {@code /api/v1/sessions/ID/close}. */
    private static final Pattern CLOSE = Pattern.compile("/api/v1/sessions/([^/?]+)/close");
    /** A path that accepts POST, to end finspect. */
    static final String DRAIN = "/api/v1/drain";
    /** A path that accepts POST, for a new link for a browser. */
    static final String LINKS = "/api/v1/links";

    /** A path that accepts POST: has the configuration read again. */
    static final String RELOAD = "/api/v1/reload";

    /** A path that accepts POST with a body: reads a capture file, and changes nothing. */
    static final String CAPTURES = "/api/v1/captures";

    /** Bytes of a capture file at most. */
    static final long MOST_BODY_BYTES = 64L << 20;

    private final Set<String> names;

    /**
     * Accepts the usual loopback names, the address of this end of the connection, and further names.
     *
     * @param hosts further names, in any case
     */
    RequestCheck(Set<String> hosts) {
        names = Stream.concat(Stream.of("localhost", "127.0.0.1", "[::1]"), hosts.stream())
                .map(each -> each.toLowerCase(Locale.ROOT))
                .collect(Collectors.toUnmodifiableSet());
    }

    /** The path of the request's target. */
    static String path(HttpRequest request) {
        String target = request.uri();
        int query = target.indexOf('?');
        return query < 0 ? target : target.substring(0, query);
    }

    /**
     * The response that rejects the request; null if the request is accepted.
     *
     * @param local address of this end of the connection
     * @param anyHost whether any Host header will do
     */
    @Nullable
    AdminResponse rejection(HttpRequest request, InetSocketAddress local, boolean anyHost) {
        if (request.decoderResult().isFailure()) {
            return malformed(request.decoderResult().cause());
        }
        if (request.protocolVersion().majorVersion() != 1) {
            return AdminResponse.error(
                    HttpResponseStatus.HTTP_VERSION_NOT_SUPPORTED, "version", "use HTTP/1.1 or HTTP/1.0");
        }
        AdminResponse host = host(request.headers().getAll(HttpHeaderNames.HOST), local, anyHost);
        if (host != null) {
            return host;
        }
        boolean post = request.method().equals(HttpMethod.POST) && (changes(path(request)) || hasFile(request));
        if (post) {
            AdminResponse foreign = foreignOrigin(request);
            if (foreign != null) {
                return foreign;
            }
        } else if (!request.method().equals(HttpMethod.GET) && !request.method().equals(HttpMethod.HEAD)) {
            return AdminResponse.error(
                            HttpResponseStatus.METHOD_NOT_ALLOWED,
                            "method_not_allowed",
                            "this path supports only GET and HEAD")
                    .with("Allow", "GET, HEAD");
        }
        if (hasFile(request)) {
            return file(request);
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

    /** The id of the session that a POST to this path closes; empty for other paths. */
    static Optional<String> closedSession(String path) {
        Matcher close = CLOSE.matcher(path);
        return close.matches() ? Optional.of(close.group(1)) : Optional.empty();
    }

    /** The name of the route whose close policy a POST to this path changes; empty for other paths. */
    static Optional<String> changedRoute(String path) {
        Matcher route = CLOSE_POLICY.matcher(path);
        return route.matches() ? Optional.of(route.group(1)) : Optional.empty();
    }

    /** Whether the request has a capture file as its body. */
    static boolean hasFile(HttpRequest request) {
        return request.method().equals(HttpMethod.POST) && path(request).equals(CAPTURES);
    }

    private static @Nullable AdminResponse file(HttpRequest request) {
        if (request.headers().contains(HttpHeaderNames.TRANSFER_ENCODING)) {
            return AdminResponse.error(
                    HttpResponseStatus.LENGTH_REQUIRED, "length_required", "send the file with its Content-Length");
        }
        return HttpUtil.getContentLength(request, 0L) <= MOST_BODY_BYTES
                ? null
                : AdminResponse.error(
                        HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE,
                        "file_too_large",
                        "a capture file may have " + (MOST_BODY_BYTES >> 20)
                                + " MiB here; 'finspect read' reads larger ones");
    }

    private static boolean changes(String path) {
        return probedSession(path).isPresent()
                || closedSession(path).isPresent()
                || changedRoute(path).isPresent()
                || path.equals(DRAIN)
                || path.equals(RELOAD)
                || path.equals(LINKS);
    }

    /** A request with an effect must not come from a page of another site. */
    private static @Nullable AdminResponse foreignOrigin(HttpRequest request) {
        String origin = request.headers().get(HttpHeaderNames.ORIGIN);
        return origin == null || origin.equals("http://" + request.headers().get(HttpHeaderNames.HOST))
                ? null
                : AdminResponse.error(
                        HttpResponseStatus.FORBIDDEN,
                        "foreign_origin",
                        "pages of other origins may not change anything");
    }

    private @Nullable AdminResponse host(List<String> hosts, InetSocketAddress local, boolean anyHost) {
        if (hosts.size() > 1) {
            return badRequest("more than one Host header");
        }
        Matcher host = HOST.matcher(hosts.isEmpty() ? "" : hosts.get(0).strip());
        if (anyHost || (host.matches() && isOurs(host.group(1), local))) {
            return null;
        }
        return AdminResponse.error(
                HttpResponseStatus.FORBIDDEN,
                "foreign_host",
                "the Host header must be localhost, 127.0.0.1, [::1], the address that was connected to, or a name in"
                        + " admin.hosts");
    }

    /** An address cannot be a name that another site made resolve to this machine. */
    private boolean isOurs(String host, InetSocketAddress local) {
        if (names.contains(host.toLowerCase(Locale.ROOT))) {
            return true;
        }
        byte[] address = NetUtil.createByteArrayFromIpAddressString(
                host.startsWith("[") ? host.substring(1, host.length() - 1) : host);
        return address != null && Arrays.equals(address, local.getAddress().getAddress());
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
