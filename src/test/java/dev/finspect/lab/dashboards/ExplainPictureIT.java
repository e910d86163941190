package dev.finspect.lab.dashboards;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.lab.Await;
import dev.finspect.lab.Background;
import dev.finspect.lab.FinspectProgram;
import dev.finspect.lab.HttpGet;
import dev.finspect.lab.LabFolder;
import dev.finspect.lab.NeedsPrograms;
import dev.finspect.lab.net.Namespace;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The picture in the README: what {@code finspect explain} shows of a session of the demo whose service never answers.
 * {@code mvn verify -Dit.test=ExplainPictureIT -Dfinspect.rewrite=true} draws it anew.
 */
@Tag("privileged")
@NeedsPrograms(value = "ip", root = true)
final class ExplainPictureIT {
    private static final Path IMAGES = Path.of("src", "site", "resources", "images");
    private static final int ADMIN = 9600;
    private static final String ROUTE = "never-answers";
    private static final String DESCRIPTION = "finspect explain: a service that does not answer a request";

    @Test
    void thePictureShowsWhatExplainPrintsToday() throws Exception {
        try (LabFolder folder = new LabFolder();
                Namespace namespace = Namespace.make("explained");
                Background demo = Background.start(
                                folder.path("demo.log"),
                                namespace.command(FinspectProgram.command("demo", "--seconds", "300")))
                        .listeningOn(ADMIN)) {
            if (Boolean.getBoolean("finspect.rewrite")) {
                String text = complete(namespace);
                for (TextPicture.Scheme scheme : TextPicture.Scheme.values()) {
                    Files.writeString(picture(scheme), TextPicture.drawn(text, DESCRIPTION, scheme));
                }
            }
            String shown = shape(TextPicture.text(Files.readString(picture(TextPicture.Scheme.LIGHT))));
            String[] latest = {""};
            // A busy machine lets a session look otherwise now and then; the demo plays the next one soon.
            Await.until(
                    () -> "explain prints something else today; draw it anew. The picture:\n" + shown + "\ntoday:\n"
                            + latest[0] + demo.output(),
                    () -> {
                        printed(namespace).ifPresent(text -> latest[0] = shape(text));
                        return latest[0].equals(shown);
                    });
        }
    }

    @Test
    void bothPicturesShowTheSameAndAreInTheReadme() throws IOException {
        String readme = Files.readString(Path.of("README.md"));
        Path light = picture(TextPicture.Scheme.LIGHT);
        Path dark = picture(TextPicture.Scheme.DARK);
        assertThat(TextPicture.text(Files.readString(dark)))
                .isNotEmpty()
                .isEqualTo(TextPicture.text(Files.readString(light)));
        assertThat(readme).contains(light.toString(), dark.toString());
    }

    private static Path picture(TextPicture.Scheme scheme) {
        return IMAGES.resolve("explain-" + scheme.name().toLowerCase(Locale.ROOT) + ".svg");
    }

    /** An explanation that has the program at the other end of the connection. */
    private static String complete(Namespace namespace) {
        String[] found = {""};
        Await.until(() -> "no complete explanation: " + found[0], () -> {
            printed(namespace).ifPresent(text -> found[0] = text);
            return found[0].contains("owned by");
        });
        return found[0];
    }

    /** The command and what it prints, while a session of the route hangs. */
    private static Optional<String> printed(Namespace namespace) {
        return block(namespace).map(text -> "$ ./finspect explain " + text.split(" ", 3)[1] + "\n\n" + text);
    }

    /** The explanation of the session on the route, if it hangs now. */
    private static Optional<String> block(Namespace namespace) {
        try {
            String all = namespace.in(
                    () -> HttpGet.of(URI.create("http://127.0.0.1:" + ADMIN + "/api/v1/explain?format=text&all=true"))
                            .body());
            return Arrays.stream(all.split("\n=+\n"))
                    .map(String::strip)
                    .filter(text -> text.startsWith("session ") && text.contains(" on route " + ROUTE + "\n"))
                    .findFirst();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /**
     * Its words, without what differs from run to run: numbers, lengths of lines and arrows, the order in which the legs
     * had their segments, what the kernel counted meanwhile, and what is known of the program at the other end, for which a busy
     * machine may look too late.
     */
    private static String shape(String text) {
        String[] parts = text.split("(?= +client +finspect +upstream)", 2);
        String ladder = parts[1].lines().map(ExplainPictureIT::words).sorted().collect(Collectors.joining("\n"));
        String[] commands = words(parts[0])
                .replaceAll(" java \\(pid N\\)", "")
                .replaceAll(" meanwhile, of all connections of this host( - N [^()]+ \\(\\w+\\))+", "")
                .replaceAll(" N kernel upstream leg: (held by:|could not be seen: .*?)(?= would contradict it)", "")
                .split("(?=# )", -1);
        String withoutProgram = Arrays.stream(commands)
                .filter(command ->
                        !command.contains("/proc/N/") && !command.contains(" lsof ") && !command.contains(" jstack "))
                .collect(Collectors.joining());
        return withoutProgram + "\n" + ladder.strip();
    }

    private static String words(String text) {
        return text.replaceAll("\\b[0-9A-Z]{20}\\b", "ID")
                .replaceAll("[0-9]+(\\.[0-9]+)?( [kM]?B\\b| m?s\\b)?", "N")
                .replaceAll("[-.<>~]{2,}", "~")
                .replaceAll("\\s+", " ")
                .replaceAll("(~ )+", "~ ")
                .strip();
    }
}
