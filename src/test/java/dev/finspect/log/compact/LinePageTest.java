package dev.finspect.log.compact;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** The page's tables are made of the fields. {@code mvn test -Dtest=LinePageTest -Dfinspect.rewrite=true} writes them anew. */
public final class LinePageTest {
    private static final Path PAGE = Path.of("src/site/markdown/log.md");
    private static final String BEGIN = "<!-- fields -->\n";
    private static final String END = "<!-- end of fields -->";

    @Test
    void pageSaysWhatTheTablesDeclare() throws IOException {
        String written = Files.readString(PAGE);
        int from = written.indexOf(BEGIN) + BEGIN.length();
        String page = written.substring(0, from) + tables() + written.substring(written.indexOf(END));
        if (Boolean.getBoolean("finspect.rewrite")) {
            Files.writeString(PAGE, page);
        }
        assertThat(Files.readString(PAGE))
                .as("out of date: run mvn test -Dtest=LinePageTest -Dfinspect.rewrite=true")
                .isEqualTo(page);
    }

    private static String tables() {
        StringBuilder text = new StringBuilder();
        table("", SessionFields.TABLE, text);
        table("", ManyFields.TABLE, text);
        return text.toString();
    }

    private static void table(String below, Table<?> table, StringBuilder text) {
        text.append('\n').append(below.isEmpty() ? "" : "Each item of `" + below + "`: ");
        String words = table.words();
        text.append(below.isEmpty() ? words : words.substring(0, 1).toLowerCase(Locale.ROOT) + words.substring(1));
        text.append("\n\n| field | value | meaning | usual source | in the full record |\n|---|---|---|---|---|\n");
        for (Field<?> field : table.fields()) {
            Usual usual = field.usualOrNull();
            String full = below.isEmpty() ? FullPaths.of(field) : null;
            text.append("| `").append(field.path()).append('`');
            text.append(field.isOpenTelemetry() ? " (OpenTelemetry)" : "");
            text.append(field.isAlways() ? " (always)" : "");
            text.append(" | ").append(field.shape().kind().label());
            text.append(" | ").append(field.words()).append(field.isWithoutZero() ? "; 0 is not written" : "");
            text.append(" | ").append(usual == null ? "" : usual.label());
            text.append(" | ").append(full == null ? "" : "`" + full + "`").append(" |\n");
        }
        for (Field<?> field : table.fields()) {
            Table<?> items = field.items();
            if (items != null) {
                table(field.path(), items, text);
            }
        }
    }
}
