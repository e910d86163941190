package dev.finspect.admin;

import com.fasterxml.jackson.core.JsonGenerator;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** Makes links for browsers, and exchanges them for a cookie. */
final class OpenPath {
    /** Where a link leads. */
    static final String PATH = "/open";

    private static final String LINK = "link";

    private final BrowserLinks links;

    OpenPath(BrowserLinks links) {
        this.links = links;
    }

    BrowserLinks links() {
        return links;
    }

    /** Path and query of a new link. */
    String link() {
        return PATH + "?" + LINK + "=" + links.issue();
    }

    /** The name of the cookie; cookies do not distinguish ports, so that it does. */
    static String cookie(int port) {
        return "finspect-" + port;
    }

    /** A new link as JSON. */
    AdminResponse made(Map<String, List<String>> query) throws BadQuery {
        if (!query.isEmpty()) {
            throw new BadQuery("this path takes no parameters");
        }
        return AdminResponse.json(this::write);
    }

    private void write(JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField(LINK, link());
        json.writeNumberField("expires_seconds", BrowserLinks.LINK_LIFE.toSeconds());
        json.writeEndObject();
    }

    /** Sends the browser on to the index, with a cookie; {@code port} is the server's. */
    AdminResponse exchange(Map<String, List<String>> query, int port) {
        List<String> link = query.getOrDefault(LINK, List.of());
        return links.exchange(link.size() == 1 ? link.get(0) : "")
                .map(value -> AdminResponse.text(HttpResponseStatus.SEE_OTHER, "see /")
                        .with("Location", "/")
                        .with(
                                "Set-Cookie",
                                cookie(port) + "=" + value + "; Path=/; Max-Age=" + BrowserLinks.COOKIE_LIFE.toSeconds()
                                        + "; HttpOnly; SameSite=Strict"))
                .orElseGet(() -> AdminResponse.error(
                        HttpResponseStatus.UNAUTHORIZED,
                        "link",
                        "this link was used before or has expired: 'finspect open' prints a new one"));
    }
}
