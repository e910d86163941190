package dev.finspect.cli.top;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.cli.client.EventStream;
import dev.finspect.cli.client.LastingStream;
import dev.finspect.cli.client.LiveSession;
import dev.finspect.log.json.JsonValues;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The table as text, what keys do to it, and how keys are read. */
final class TopScreenTest {
    private static final long NOW = LiveSession.epochNanos("2026-01-02T03:04:05.000000000Z", 0);

    private final TopModel model = new TopModel();
    private final TopView view = new TopView("");

    TopScreenTest() throws IOException {
        take(
                "hello",
                "\"version\":\"1.2.3\",\"totals\":{\"active\":3,\"hung\":1,\"failed\":2,\"state\":\"ready\","
                        + "\"half_closed\":{\"client\":1,\"upstream\":2}}");
        take("reset", "\"reason\":\"first\",\"lost\":0");
        take(
                "sessions",
                "\"rows\":[" + row("A", 5, 10, "null") + "," + row("B", 60, 2_000_000, HUNG) + ","
                        + row("C", 20, 30, "null") + "],\"gone\":[]");
    }

    private static final String HUNG = "{\"id\":\"upstream-silent\",\"hang\":\"likely\",\"blame\":\"upstream\","
            + "\"since\":\"2026-01-02T03:03:15.000000000Z\",\"sentence\":\"The upstream has not answered for 50 s.\"}";

    @Test
    void whatHangsIsFirstAndItsSentenceIsBelow() throws IOException {
        take("snapshot_end", "\"living\":3");
        List<String> lines = screen(80, 15, false);
        assertThat(lines).hasSize(15).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
        assertThat(lines.get(0)).isEqualTo("finspect 127.0.0.1:9600  live   3 active, 1 hung, 3 half-closed, 2 failed");
        assertThat(lines.get(1)).isEqualTo("sort: stuck");
        assertThat(lines.get(2))
                .isEqualTo("      AGE    IDLE   BYTES  WHAT                       CLIENT > ROUTE > UPSTREAM");
        assertThat(lines.get(3))
                .isEqualTo(">!  1m00s   1m00s   2.0MB  upstream-silent            192.0.2.7:4001 > db > 198.");
        assertThat(lines.get(4))
                .startsWith("      20s     20s     30B  waiting")
                .contains("192.0.2.7:4001 > db");
        assertThat(lines.get(5)).startsWith("       5s      5s     10B  waiting");
        assertThat(lines.get(11)).startsWith("B  connect 2 ms | waiting 42 s...");
        assertThat(lines.get(12)).isEqualTo("The upstream has not answered for 50 s.");
        assertThat(lines.get(13)).isEqualTo("192.0.2.7:4001 > db > 198.51.100.9:5432  client curl (pid 8)");
        assertThat(lines.get(14)).startsWith("Enter explain  k close");
    }

    /** What does not fit is below the table, or in fewer words; nothing ends in the middle of a word that is needed. */
    @Test
    void aNarrowTerminalHasFewerColumnsAndTheWholeWayBelow() throws IOException {
        take("snapshot_end", "\"living\":3");
        List<String> lines = screen(42, 15, false);
        assertThat(lines).hasSize(15).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(42));
        assertThat(lines.get(0)).isEqualTo("live  1 hung, 3 active");
        assertThat(lines.get(2)).startsWith("      AGE  WHAT             CLIENT");
        assertThat(lines.get(3)).startsWith(">!  1m00s  upstream-silent  192.0.2.7:");
        assertThat(lines.get(12)).isEqualTo("The upstream has not answered for 50 s.");
        assertThat(lines.get(13)).startsWith("192.0.2.7:4001 > db > 198.51.100.9:5432");
        assertThat(lines.get(14)).isEqualTo("Enter k:close s:sort /:filter p q:quit");
        assertThat(screen(160, 15, false).get(13)).isEqualTo("client curl (pid 8)");
    }

    @Test
    void whatItShowsWhileTheStreamHasEndedIsMarked() throws IOException {
        take("snapshot_end", "\"living\":3");
        take(LastingStream.ENDED, "\"none\":0");
        assertThat(screen(80, 15, false).get(0)).startsWith("reconnecting   3 active");
        take("hello", "\"version\":\"1.2.4\"");
        take("reset", "\"reason\":\"first\",\"lost\":0");
        assertThat(screen(80, 15, false).get(0)).contains("catching up   3 active");
    }

    @Test
    void colourMarksWhatHangsAndTheSelectionAndNothingElse() {
        List<String> lines = screen(80, 15, true);
        assertThat(lines.get(3)).startsWith("\u001b[7m\u001b[31m").endsWith("\u001b[0m");
        for (int i = 0; i < lines.size(); i++) {
            if (i != 3) {
                assertThat(lines.get(i)).doesNotContain("\u001b");
            }
        }
        assertThat(lines.get(0)).contains("catching up");
    }

    @Test
    void keysSelectSortPauseAndChooseASession() {
        assertThat(key("down")).isNull();
        assertThat(screen(80, 15, false).get(4)).startsWith(">");
        key("s");
        assertThat(view.sort()).isEqualTo(TopModel.Sort.AGE);
        key("p");
        assertThat(screen(80, 15, false).get(0)).contains("paused");
        key("pagedown");
        key("pageup");
        key("up");
        assertThat(view.selected()).isZero();
        key("down");
        assertThat(key("enter")).isEqualTo(new TopView.Act.Explain("C"));
        view.explained("one\ntwo\n\u001b[1mthree\u001b[0m " + "x".repeat(100) + "\n");
        assertThat(screen(80, 15, false).get(2)).isEqualTo("one");
        assertThat(screen(80, 15, false).get(4))
                .startsWith("\u001b[1mthree\u001b[0m x")
                .hasSize(80 + 8);
        key("down");
        assertThat(screen(80, 15, false).get(2)).isEqualTo("two");
        key("pagedown");
        key("pageup");
        key("esc");
        assertThat(view.mode()).isEqualTo(TopView.Mode.LIST);
        assertThat(key("q")).isEqualTo(new TopView.Act.End());
    }

    @Test
    void closingAsksFirst() {
        key("k");
        assertThat(screen(80, 15, false).get(14)).startsWith("Close B?  y send a FIN");
        assertThat(key("n")).isNull();
        assertThat(screen(80, 15, false).get(14)).isEqualTo("Nothing was closed.");
        key("k");
        assertThat(key("y")).isEqualTo(new TopView.Act.Close("B", false));
        key("enter");
        key("k");
        assertThat(key("r")).isEqualTo(new TopView.Act.Close("B", true));
        view.says("Done.");
        assertThat(screen(80, 15, false).get(14)).isEqualTo("Done.");
    }

    @Test
    void filterIsTypedAndTaken() {
        key("/");
        for (String letter : List.of("h", "u", "x", "backspace", "n", "g", "up")) {
            key(letter);
        }
        assertThat(screen(80, 15, false).get(1)).isEqualTo("sort: stuck   filter: hung_");
        assertThat(key("enter")).isEqualTo(new TopView.Act.Filter("hung"));
        assertThat(screen(80, 15, false).get(1)).isEqualTo("sort: stuck   filter: hung");
        key("/");
        key("x");
        key("esc");
        assertThat(view.filter()).isEqualTo("hung");
    }

    @Test
    void sessionsThatEndOrLeaveAreNotShownAndRatesAreOfTwoRows() throws IOException {
        take("sessions", "\"rows\":[" + row("A", 6, 1_010, "null") + "],\"gone\":[\"B\"]");
        assertThat(model.sorted(TopModel.Sort.RATE).get(0).bytesPerSecond()).isEqualTo(1_000);
        assertThat(model.sorted(TopModel.Sort.STUCK))
                .extracting(each -> each.session().id())
                .containsExactly("C", "A");
        assertThat(screen(120, 15, false).get(4)).contains("1.0kB/s");
        take(
                "sessions",
                "\"rows\":[" + row("A", 7, 1_010, "null").replace("\"open\"", "\"closed\"") + "],\"gone\":[\"C\"]");
        take("snapshot_end", "\"living\":0");
        take("totals", "\"active\":0,\"state\":\"draining\"");
        take("later", "\"x\":1");
        List<String> lines = screen(80, 15, false);
        assertThat(lines.get(0)).contains("draining   0 active");
        assertThat(lines).contains("No session is open.");
        assertThat(key("enter")).isNull();
        take("reset", "\"reason\":\"lost\",\"lost\":12");
        assertThat(screen(80, 15, false).get(1)).contains("lost: 12");
    }

    @Test
    void keysAreReadFromWhatATerminalSends() throws IOException {
        assertThat(keys("q\u001b[A\u001b[B\u001b[5~\u001bOA\r\u007f\u001b[1;5Cx\u001b"))
                .containsExactly("q", "up", "down", "pageup", "up", "enter", "backspace", "", "x", "esc");
        assertThat(keys("\u0003")).containsExactly(TopKeys.END);
        assertThat(TopKeys.next(millis -> -2, 1)).isNull();
        assertThat(TopKeys.next(millis -> -1, 1)).isEqualTo(TopKeys.END);
    }

    @Test
    void smallScreenIsDrawnToo() {
        assertThat(screen(10, 2, false))
                .hasSize(8)
                .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(40));
    }

    private static List<@Nullable String> keys(String sent) throws IOException {
        Queue<Integer> left = new ArrayDeque<>();
        sent.chars().forEach(left::add);
        List<@Nullable String> keys = new ArrayList<>();
        while (!left.isEmpty()) {
            keys.add(TopKeys.next(
                    millis -> {
                        Integer next = left.poll();
                        return next == null ? -2 : next;
                    },
                    1));
        }
        return keys;
    }

    private TopView.@Nullable Act key(String key) {
        return view.key(
                key,
                model.sorted(view.sort()).stream()
                        .map(each -> each.session().id())
                        .toList(),
                TopScreen.page(15));
    }

    private List<String> screen(int width, int height, boolean colour) {
        return new TopScreen(model, view, "127.0.0.1:9600", width, height, NOW, colour).lines();
    }

    private void take(String event, String members) throws IOException {
        Object data = JsonValues.read("{\"time\":\"2026-01-02T03:04:05.000000000Z\"," + members + "}");
        model.take(new EventStream.Event(event, (Map<?, ?>) Objects.requireNonNull(data)), NOW);
    }

    /** A session that began some seconds ago, and moved no byte since. */
    private static String row(String id, int seconds, long bytes, String verdict) {
        int started = 3 * 3600 + 4 * 60 + 5 - Math.min(seconds, seconds == 6 || seconds == 7 ? 5 : seconds);
        String time = "2026-01-02T%02d:%02d:%02d.000000000Z".formatted(started / 3600, started / 60 % 60, started % 60);
        return "{\"id\":\"" + id + "\",\"route\":\"db\",\"started_at\":\"" + time + "\",\"duration_seconds\":" + seconds
                + ",\"client\":{\"network.peer.address\":\"192.0.2.7\",\"network.peer.port\":4001,\"data\":"
                + "{\"received_bytes\":" + bytes
                + ",\"sent_bytes\":0,\"last_received_at\":null},\"program\":\"curl (pid 8)\"},"
                + "\"upstream\":{\"network.peer.address\":\"198.51.100.9\",\"network.peer.port\":5432,\"tried\":null},"
                + "\"state\":\"open\",\"verdict\":" + verdict
                + ",\"phases\":[{\"phase\":\"connect\",\"seconds\":0.002},{\"phase\":\"waiting\",\"seconds\":42}],"
                + "\"now\":{\"phase\":\"waiting\",\"since\":\"" + time + "\",\"owes\":\"upstream\"},\"changes\":[]}";
    }
}
