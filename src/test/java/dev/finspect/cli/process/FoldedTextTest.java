package dev.finspect.cli.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Lines for terminals of any width. */
final class FoldedTextTest {
    @Test
    void linesAreFoldedBetweenWordsAndLongWordsAreCut() {
        assertThat(FoldedText.lines("one two three", 0)).containsExactly("one two three");
        assertThat(FoldedText.lines("one two three", 13)).containsExactly("one two three");
        assertThat(FoldedText.lines("one two three", 8)).containsExactly("one two", "three");
        assertThat(FoldedText.lines("one two three", 9, "  ")).containsExactly("one two", "  three");
        assertThat(FoldedText.lines("[2001:db8::1]:5432", 7, "  "))
                .containsExactly("[2001:d", "  b8::1", "  ]:543", "  2");
        assertThat(FoldedText.lines("", 5)).containsExactly("");
        for (int room = 5; room < 60; room++) {
            int width = room;
            List<String> lines =
                    FoldedText.lines("192.0.2.7:4001 > db > 198.51.100.9:5432 waits for the peer", room, "    ");
            assertThat(lines).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(width));
            assertThat(String.join("", lines).replace(" ", ""))
                    .isEqualTo("192.0.2.7:4001>db>198.51.100.9:5432waitsforthepeer");
        }
    }
}
