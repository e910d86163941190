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
        String act = new Parameters(query, List.of("act")).single("act");
        if (act != null && !act.equals("true") && !act.equals("false")) {
            throw new BadQuery("act is true or false, not \"" + act + "\"");
        }
        String link = "true".equals(act) ? PATH + "?" + LINK + "=" + links.issueForActs() : link();
        return AdminResponse.json(json -> write(json, link));
    }

    private static void write(JsonGenerator json, String link) throws IOException {
        json.writeStartObject();
        json.writeStringField(LINK, link);
        json.writeNumberField("expires_seconds", BrowserLinks.LINK_LIFE.toSeconds());
        json.writeEndObject();
    }

    /**
     * Sends the browser on to the index, with a cookie; {@code port} is the server's. A secret for changes is in the fragment of
     * the address, which a browser sends to nobody.
     */
    AdminResponse exchange(Map<String, List<String>> query, int port) {
        List<String> link = query.getOrDefault(LINK, List.of());
        return links.exchange(link.size() == 1 ? link.get(0) : "")
                .map(secrets -> AdminResponse.text(HttpResponseStatus.SEE_OTHER, "see /")
                        .with("Location", secrets.act() == null ? "/" : "/#act=" + secrets.act())
                        .with(
                                "Set-Cookie",
                                cookie(port) + "=" + secrets.cookie() + "; Path=/; Max-Age="
                                        + BrowserLinks.COOKIE_LIFE.toSeconds() + "; HttpOnly; SameSite=Strict"))
                .orElseGet(() -> AdminResponse.error(
                        HttpResponseStatus.UNAUTHORIZED,
                        "link",
                        "this link was used before or has expired: 'finspect open' prints a new one"));
    }
}
