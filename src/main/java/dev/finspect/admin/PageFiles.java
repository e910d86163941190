package dev.finspect.admin;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The files of the live page: a fixed table of paths, each with a file of the class path. They hold no data, so that anyone may
 * read them; what they show comes from paths that need a right. Any thread.
 */
final class PageFiles {
    /** Where the page is, for those that accept HTML. */
    static final String INDEX = "/";

    /** Begins the path of every other file. */
    private static final String PREFIX = "/page/";

    private static final String LIT = "META-INF/resources/_static/lit/3.3.1/";
    private static final String LIT_ELEMENT = "META-INF/resources/_static/lit-element/4.2.1/";
    private static final String LIT_HTML = "META-INF/resources/_static/lit-html/3.3.1/";
    private static final String REACTIVE_ELEMENT = "META-INF/resources/_static/reactive-element/2.1.1/";
    private static final String UPLOT = "META-INF/resources/webjars/uplot/1.6.30/dist/";

    private static final Pattern IMPORT_MAP =
            Pattern.compile("<script type=\"importmap\">(.*?)</script>", Pattern.DOTALL);

    /** Paths by the files of the class path that they name. */
    private static final Map<String, String> RESOURCES = resources();

    private final Executor worker;
    private final Map<String, File> files = new ConcurrentHashMap<>();

    /** Reads files on {@code worker}, each once. */
    PageFiles(Executor worker) {
        this.worker = worker;
    }

    /** A file with what identifies its content. */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    private record File(byte[] bytes, String tag) {}

    private static Map<String, String> resources() {
        Map<String, String> all = new LinkedHashMap<>();
        all.put(INDEX, "page/index.html");
        for (String own : new String[] {
            "main.js",
            "act.js",
            "address.js",
            "api.js",
            "drop.js",
            "feed.js",
            "keys.js",
            "source.js",
            "store.js",
            "theme.js",
            "units.js",
            "words.js",
            "style/colours.css",
            "style/frame.css",
            "style/list.css",
            "style/signals.css",
            "style/session.css",
            "style/drawings.css",
            "view/close.js",
            "view/compare.js",
            "view/copy.js",
            "view/explain.js",
            "view/export.js",
            "view/help.js",
            "view/icons.js",
            "view/ladder.js",
            "view/learn.js",
            "view/list.js",
            "view/raw.js",
            "view/session.js",
            "view/states.js",
            "view/throughput.js",
            "view/top.js"
        }) {
            all.put(PREFIX + own, "page/" + own);
        }
        String libraries = PREFIX + "lib/";
        all.put(libraries + "lit/index.js", LIT + "index.js");
        all.put(libraries + "lit/directives/guard.js", LIT + "directives/guard.js");
        all.put(libraries + "lit/directives/repeat.js", LIT + "directives/repeat.js");
        all.put(libraries + "lit/directives/until.js", LIT + "directives/until.js");
        all.put(libraries + "lit-element/lit-element.js", LIT_ELEMENT + "lit-element.js");
        for (String part : new String[] {
            "lit-html.js",
            "is-server.js",
            "directive.js",
            "directive-helpers.js",
            "async-directive.js",
            "directives/private-async-helpers.js",
            "directives/guard.js",
            "directives/repeat.js",
            "directives/until.js"
        }) {
            all.put(libraries + "lit-html/" + part, LIT_HTML + part);
        }
        all.put(libraries + "reactive-element/reactive-element.js", REACTIVE_ELEMENT + "reactive-element.js");
        all.put(libraries + "reactive-element/css-tag.js", REACTIVE_ELEMENT + "css-tag.js");
        all.put(libraries + "uplot/uPlot.esm.js", UPLOT + "uPlot.esm.js");
        all.put(libraries + "uplot/uPlot.min.css", UPLOT + "uPlot.min.css");
        return all;
    }

    /** The paths of all files. */
    static Iterable<String> paths() {
        return RESOURCES.keySet();
    }

    /** Whether a file of the page is asked for: at {@code /} only by those that accept HTML, others get an index as text. */
    static boolean isAsked(HttpRequest request) {
        String path = RequestCheck.path(request);
        return path.equals(INDEX)
                ? request.headers().get(HttpHeaderNames.ACCEPT, "").contains("text/html")
                : path.startsWith(PREFIX);
    }

    /** The file that the request asks for, or that the client's copy of it is still good. */
    CompletableFuture<AdminResponse> answer(HttpRequest request) {
        String path = RequestCheck.path(request);
        String resource = RESOURCES.get(path);
        if (resource == null) {
            return CompletableFuture.completedFuture(AdminResponse.error(
                    HttpResponseStatus.NOT_FOUND, "not_found", "no such file of the page; / is the page"));
        }
        String known = request.headers().get(HttpHeaderNames.IF_NONE_MATCH);
        return CompletableFuture.supplyAsync(() -> answer(path, resource, known), worker);
    }

    private AdminResponse answer(String path, String resource, @Nullable String known) {
        File file = files.computeIfAbsent(resource, PageFiles::read);
        boolean same = file.tag.equals(known);
        AdminResponse response = same
                ? new AdminResponse(HttpResponseStatus.NOT_MODIFIED, type(resource), new byte[0], null, Map.of())
                        .with("Content-Length", String.valueOf(file.bytes.length))
                : AdminResponse.page(type(resource), file.bytes);
        // The browser asks each time whether its copy is good: after an update the page must fit the server.
        AdminResponse kept = response.with("ETag", file.tag).with("Cache-Control", "no-cache");
        return path.equals(INDEX)
                ? kept.with("Vary", "Accept").with("Content-Security-Policy", policy(file.bytes))
                : kept;
    }

    /** Nothing from elsewhere, nothing inline but the import map, which the browser knows by its hash. */
    private static String policy(byte[] index) {
        Matcher map = IMPORT_MAP.matcher(new String(index, StandardCharsets.UTF_8));
        if (!map.find()) {
            throw new AssertionError("the page has no import map");
        }
        String hash = Base64.getEncoder().encodeToString(digest(map.group(1).getBytes(StandardCharsets.UTF_8)));
        return "default-src 'none'; script-src 'self' 'sha256-" + hash + "'; style-src 'self'; connect-src 'self';"
                + " img-src 'self' data:; base-uri 'none'; frame-ancestors 'none'; form-action 'none'";
    }

    private static String type(String resource) {
        return resource.endsWith(".js")
                ? "text/javascript; charset=utf-8"
                : resource.endsWith(".css") ? "text/css; charset=utf-8" : "text/html; charset=utf-8";
    }

    private static File read(String resource) {
        try (InputStream in = PageFiles.class.getClassLoader().getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("the jar lacks " + resource);
            }
            byte[] bytes = in.readAllBytes();
            return new File(
                    bytes, "\"" + Base64.getUrlEncoder().withoutPadding().encodeToString(digest(bytes)) + "\"");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] digest(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has SHA-256", e);
        }
    }
}
