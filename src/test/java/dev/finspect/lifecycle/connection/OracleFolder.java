package dev.finspect.lifecycle.connection;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A folder with third-party captures and the results of another program for them; not part of the project, set by a system property. */
final class OracleFolder {
    private static final String PROPERTY = "finspect.oracle";
    private static final String DEFAULT = "../shared/oracle";
    private static final JsonMapper JSON = new JsonMapper();

    private final Path zeek;

    private OracleFolder(Path zeek) {
        this.zeek = zeek;
    }

    /** The folder; without it the calling test is skipped, or fails if CI=true. */
    static OracleFolder orSkip() {
        Path folder = Path.of(System.getProperty(PROPERTY, DEFAULT)).resolve("zeek");
        boolean there = Files.isRegularFile(folder.resolve("expected.jsonl"));
        String lacking = "no captures with answers in "
                + folder.toAbsolutePath().normalize() + "; say where they are with -D" + PROPERTY + "=FOLDER";
        if (!there && "true".equals(System.getenv("CI"))) {
            throw new AssertionError("CI=true allows no skipping: " + lacking);
        }
        assumeTrue(there, lacking);
        return new OracleFolder(folder);
    }

    Path trace(String name) {
        return zeek.resolve("traces").resolve(name);
    }

    List<JsonNode> rows() throws IOException {
        List<JsonNode> rows = new ArrayList<>();
        for (String line : Files.readAllLines(zeek.resolve("expected.jsonl"))) {
            rows.add(JSON.readTree(line));
        }
        return rows;
    }

    JsonNode likelyServerPorts() throws IOException {
        return JSON.readTree(zeek.resolve("likely_server_ports.json").toFile());
    }

    List<Path> traces() throws IOException {
        try (Stream<Path> files = Files.walk(zeek.resolve("traces"))) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }
}
