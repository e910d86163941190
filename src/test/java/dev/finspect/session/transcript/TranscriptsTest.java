package dev.finspect.session.transcript;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Plays every transcript and compares the records with those that finspect wrote in the lab. {@code mvn test
 * -Dtest=TranscriptsTest -Dfinspect.rewrite=true} writes the records anew; each difference wants a reason.
 */
final class TranscriptsTest {
    private static final Path FOLDER = Path.of("src/test/resources/dev/finspect/session/transcript");

    static List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".json"))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("names")
    void sessionHasTheRecordsThatWereWritten(String name) throws IOException {
        Path file = FOLDER.resolve(name);
        Transcript transcript = Transcript.read(file);
        String now = transcript.with(new TranscriptPlayer(transcript).records());
        if (Boolean.getBoolean("finspect.rewrite")) {
            Files.writeString(file, now);
        }
        assertThat(now)
                .as("run mvn test -Dtest=TranscriptsTest -Dfinspect.rewrite=true where this is meant")
                .isEqualTo(Files.readString(file));
    }

    @Test
    void transcriptsAreThere() throws IOException {
        assertThat(names()).hasSizeGreaterThanOrEqualTo(30);
    }
}
