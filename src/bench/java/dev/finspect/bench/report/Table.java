package dev.finspect.bench.report;

import java.util.ArrayList;
import java.util.List;

/** Rows of equal length below a title and a header, to be written as plain text or as Markdown. */
final class Table {
    private final String title;
    private final List<List<String>> rows = new ArrayList<>();

    Table(String title, List<String> header) {
        this.title = title;
        rows.add(header);
    }

    void add(List<String> row) {
        rows.add(row);
    }

    String plain() {
        StringBuilder text = new StringBuilder(title).append('\n');
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < row.size(); column++) {
                line.append("  ").append(padded(row.get(column), column));
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }

    private String padded(String cell, int column) {
        int width =
                rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0);
        return cell + " ".repeat(width - cell.length());
    }

    String markdown() {
        StringBuilder text = new StringBuilder("**").append(title).append("**\n\n");
        text.append(markdownLine(rows.get(0)));
        text.append("|---".repeat(rows.get(0).size())).append("|\n");
        rows.stream().skip(1).map(Table::markdownLine).forEach(text::append);
        return text.toString();
    }

    private static String markdownLine(List<String> row) {
        return "| " + String.join(" | ", row) + " |\n";
    }
}
