package dev.finspect.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The files of the live page, as browsers and others get them. */
final class PageFilesTest {
    private static final String[] BROWSER = {"Accept", "text/html,application/xhtml+xml,*/*;q=0.8"};
    private static final Path FOLDER = Path.of("src", "main", "resources", "page");
    private static final Pattern IMPORT =
            Pattern.compile("(?:^|[;\\s])(?:import|export)[^;:\"'()=]*[\"']([^\"']+)[\"']");
    private static final Pattern MAP = Pattern.compile("<script type=\"importmap\">(.*?)</script>", Pattern.DOTALL);

    private final AdminHouse house = AdminHouse.open();

    @AfterEach
    void end() {
        house.close();
    }

    @Test
    void aBrowserGetsThePageAndOthersAnIndexAsText() throws Exception {
        HttpResponse<String> page = house.get("/", BROWSER);
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.headers().firstValue("Content-Type")).hasValue("text/html; charset=utf-8");
        assertThat(page.headers().firstValue("Vary")).hasValue("Accept");
        assertThat(page.body()).contains("<finspect-page>");
        assertThat(house.get("/").body()).contains("/api/v1/sessions/ID");
        assertThat(house.get("/", "Accept", "*/*").body()).contains("/api/v1/sessions/ID");
    }

    @Test
    void thePolicyForbidsAllButOwnFilesAndTheImportMap() throws Exception {
        HttpResponse<String> page = house.get("/", BROWSER);
        String map = found(MAP, page.body());
        String hash = Base64.getEncoder()
                .encodeToString(MessageDigest.getInstance("SHA-256").digest(map.getBytes(StandardCharsets.UTF_8)));
        assertThat(page.headers().allValues("Content-Security-Policy"))
                .containsExactly("default-src 'none'; script-src 'self' 'sha256-" + hash
                        + "'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none';"
                        + " frame-ancestors 'none'; form-action 'none'");
    }

    @Test
    void everyFileOfTheFolderIsServedWithItsType() throws Exception {
        Set<String> served = new TreeSet<>();
        PageFiles.paths().forEach(served::add);
        try (Stream<Path> files = Files.walk(FOLDER)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String name = FOLDER.relativize(file).toString();
                assertThat(served).contains(name.equals("index.html") ? "/" : "/page/" + name);
            }
        }
        for (String path : served) {
            HttpResponse<String> answer = house.get(path, BROWSER);
            assertThat(answer.statusCode()).as(path).isEqualTo(200);
            assertThat(answer.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
            assertThat(answer.headers().firstValue("Content-Type").orElse(""))
                    .as(path)
                    .startsWith(
                            path.endsWith(".js")
                                    ? "text/javascript"
                                    : path.endsWith(".css") ? "text/css" : "text/html");
        }
    }

    @Test
    void everyImportLeadsToAFileThatIsServed() throws Exception {
        Set<String> served = new TreeSet<>();
        PageFiles.paths().forEach(served::add);
        JsonNode map = new ObjectMapper()
                .readTree(found(MAP, house.get("/", BROWSER).body()))
                .get("imports");
        for (String path : served) {
            if (path.endsWith(".js")) {
                for (String name : imports(house.get(path).body())) {
                    assertThat(served).as(name + " in " + path).contains(resolved(name, path, map));
                }
            }
        }
    }

    @Test
    void aCopyThatIsStillGoodIsNotSentAgain() throws Exception {
        HttpResponse<String> first = house.get("/page/main.js");
        String tag = first.headers().firstValue("ETag").orElseThrow();
        HttpResponse<String> again = house.get("/page/main.js", "If-None-Match", tag);
        assertThat(again.statusCode()).isEqualTo(304);
        assertThat(again.body()).isEmpty();
        assertThat(house.get("/page/main.js", "If-None-Match", "\"other\"").body())
                .isEqualTo(first.body());
    }

    @Test
    void nothingElseOfTheClassPathCanBeReached() throws Exception {
        for (String path : List.of(
                "/page/",
                "/page/index.html",
                "/page/../page/main.js",
                "/page/%2e%2e/dev/finspect/session-record.schema.json",
                "/page/view/../../../../etc/passwd",
                "/page/lib/lit/package.json")) {
            assertThat(house.exchange("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"))
                    .as(path)
                    .startsWith("HTTP/1.1 404");
        }
    }

    @Test
    void whoMayNotReadGetsThePageAndNoData() throws Exception {
        house.trusted = false;
        assertThat(house.get("/", BROWSER).statusCode()).isEqualTo(200);
        assertThat(house.get("/page/main.js").statusCode()).isEqualTo(200);
        assertThat(house.get("/").statusCode()).isEqualTo(401);
        assertThat(house.get("/api/v1/sessions", BROWSER).statusCode()).isEqualTo(401);
    }

    private static String found(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        assertThat(matcher.find()).isTrue();
        return matcher.group(1);
    }

    private static List<String> imports(String module) {
        List<String> names = new ArrayList<>();
        Matcher matcher = IMPORT.matcher(module);
        while (matcher.find()) {
            names.add(matcher.group(1));
        }
        return names;
    }

    /** As a browser resolves it: a path against the importing file, a bare name by the map. */
    private static String resolved(String name, String from, JsonNode map) {
        if (name.startsWith(".")) {
            return URI.create(from).resolve(name).toString();
        }
        if (map.has(name)) {
            return map.get(name).asText();
        }
        int slash = name.indexOf('/') + 1;
        return map.path(name.substring(0, slash)).asText() + name.substring(slash);
    }
}
