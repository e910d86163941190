package dev.finspect.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.finspect.log.RecordSchema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * How a logged session ended, in the words of its record. A log of many thousands is read line by line, and only this is kept
 * of each.
 *
 * @param outcome such as {@code clean}
 * @param reason what finspect did of its own accord; empty if nothing
 */
record LoggedEnd(String outcome, String reason) {
    /** All in a log, each checked against the schema; lines that report a session's progress are left out. */
    static List<LoggedEnd> of(Path log) throws IOException {
        try (Stream<String> lines = Files.lines(log)) {
            return lines.map(RecordSchema::valid)
                    .filter(record -> record.at("/event").asText().equals("session.closed"))
                    .map(LoggedEnd::of)
                    .toList();
        }
    }

    private static LoggedEnd of(JsonNode record) {
        return new LoggedEnd(
                record.at("/outcome").asText().intern(),
                record.at("/proxy_reason").asText().intern());
    }
}
