package dev.finspect.cli.config;

import dev.finspect.metrics.OtlpSettings;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** Reads the {@code otlp} section: where meters are sent. */
final class OtlpReader {
    private static final Duration DEFAULT_INTERVAL = Duration.ofSeconds(60);
    private static final String USUAL_PATH = "/v1/metrics";
    private static final String EXAMPLE = "Write the URL of an OTLP/HTTP receiver, for example http://127.0.0.1:4318.";

    /** The receiver's URL; the default path is the one that OTLP specifies. */
    private static final Syntax<URI> RECEIVER = text -> {
        URI url;
        try {
            url = new URI(text);
        } catch (URISyntaxException e) {
            throw new InvalidValueException(Scalars.quoted(text) + " is not a URL", EXAMPLE);
        }
        boolean web = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
        if (!web || url.getHost() == null) {
            throw new InvalidValueException(Scalars.quoted(text) + " is not an http:// or https:// URL", EXAMPLE);
        }
        String path = url.getRawPath();
        return path.isEmpty() || path.equals("/") ? url.resolve(USUAL_PATH) : url;
    };

    private OtlpReader() {}

    /** The settings; empty if nothing is to be sent. */
    static Optional<OtlpSettings> read(Section root) {
        Section section = root.sectionOrOff("otlp");
        Optional<URI> url = section.optional("url", RECEIVER);
        Duration interval = section.value(
                "interval", Scalars.duration(Duration.ofSeconds(1), Duration.ofHours(1)), DEFAULT_INTERVAL);
        Map<String, String> headers = section.texts("headers");
        Map<String, String> resource = section.texts("resource");
        section.end();
        if (url.isEmpty() && root.has("otlp") && !root.off("otlp") && !section.has("url")) {
            section.report(section.location(), "otlp has no url", EXAMPLE);
        }
        return url.map(to -> new OtlpSettings(to, interval, headers, resource));
    }
}
