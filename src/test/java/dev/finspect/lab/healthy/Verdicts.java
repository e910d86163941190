package dev.finspect.lab.healthy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.finspect.diagnose.Blame;
import dev.finspect.diagnose.Confidence;
import dev.finspect.diagnose.finding.AcceptDelayed;
import dev.finspect.diagnose.finding.UpstreamNotAccepting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What a finspect has said of one place's sessions: counted, and what it must not have said. */
final class Verdicts {
    /** More lines that a session hangs by the same finding are flapping: in all, or a minute. */
    private static final int MOST_TIMES = 3;

    private static final int MOST_A_MINUTE = 2;

    /** What is true of a program that the machine did not run in time. */
    private static final Set<String> LATE = Set.of(AcceptDelayed.ID.label(), UpstreamNotAccepting.ID.label());

    private final Map<String, Integer> sessions = new TreeMap<>();
    private final Map<String, Integer> outcomes = new TreeMap<>();
    /** By route, finding, leg, hang, confidence and blame: the sessions, living or closed. */
    private final Map<String, Set<String>> findings = new TreeMap<>();

    private final Map<String, Integer> lines = new TreeMap<>();
    private final Map<String, String> wrong = new TreeMap<>();
    private final Map<String, JsonNode> records = new TreeMap<>();
    private final Map<String, Integer> hungLines = new HashMap<>();
    private final long mostTimes;

    Verdicts(Duration duration) {
        mostTimes = Math.max(MOST_TIMES, MOST_A_MINUTE * duration.toMinutes());
    }

    /** Sessions that hang while they live, as the API shows them now. */
    void living(List<JsonNode> records) {
        records.forEach(this::record);
    }

    /** A line of the log. */
    void line(JsonNode line) {
        String event = line.at("/event").asText();
        lines.merge(event, 1, Integer::sum);
        if (event.equals("session.closed")) {
            sessions.merge(line.at("/route").asText(), 1, Integer::sum);
            outcomes.merge(line.at("/outcome").asText(), 1, Integer::sum);
        }
        if (event.equals("session.hung")) {
            hungLines.merge(
                    line.at("/route").asText() + " " + line.at("/id").asText() + " "
                            + line.at("/finding/id").asText(),
                    1,
                    Integer::sum);
        }
        record(line);
    }

    private void record(JsonNode record) {
        if (record.at("/finding").isObject()) {
            finding(record, record.at("/finding"));
        }
        record.at("/findings").forEach(finding -> finding(record, finding));
    }

    private void finding(JsonNode record, JsonNode finding) {
        if (finding.at("/blame").asText().equals(Blame.NOBODY.label())) {
            return;
        }
        String hang = finding.at("/hang").asText();
        String confidence = finding.at("/confidence").asText();
        String key = String.join(
                "\t",
                record.at("/route").asText(),
                finding.at("/id").asText(),
                finding.at("/leg").asText(),
                "hang " + hang,
                confidence,
                finding.at("/blame").asText());
        findings.computeIfAbsent(key, any -> new HashSet<>())
                .add(record.at("/id").asText());
        String possible = Confidence.POSSIBLE.label();
        if (!hang.equals(possible) || !confidence.equals(possible)) {
            wrong.putIfAbsent(
                    key,
                    record.at("/id").asText() + ": " + finding.at("/sentence").asText());
            records.putIfAbsent(key, record);
        }
    }

    /**
     * What was said that is not so: a session and the sentence, of each kind.
     *
     * @param late whether the machine ran programs later than the threshold of accept(), so that findings about that are true
     */
    Map<String, String> wrong(boolean late) {
        Map<String, String> all = new TreeMap<>(wrong);
        if (late) {
            all.keySet().removeIf(key -> LATE.contains(key.split("\t", -1)[1]));
        }
        return all;
    }

    /** The records of these sessions. */
    Map<String, JsonNode> records() {
        return records;
    }

    /** Sessions that were reported hung by one finding again and again. */
    List<String> flapping() {
        List<String> all = new ArrayList<>();
        hungLines.forEach((what, times) -> {
            if (times > mostTimes) {
                all.add(what + ": " + times + " times");
            }
        });
        return all;
    }

    /** The figures. */
    String table() {
        StringBuilder text = new StringBuilder();
        int all = sessions.values().stream().mapToInt(Integer::intValue).sum();
        text.append(all).append(" sessions closed, by outcome ").append(outcomes);
        text.append("; lines ").append(lines).append("\nsessions by traffic: ").append(sessions);
        text.append("\nfindings with blame, and the sessions that had them:\n");
        findings.forEach((key, ids) -> text.append("  ")
                .append(String.join("  ", Arrays.asList(key.split("\t", -1))))
                .append(": ")
                .append(ids.size())
                .append('\n'));
        flapping().forEach(each -> text.append("  repeated: ").append(each).append('\n'));
        return text.toString();
    }
}
