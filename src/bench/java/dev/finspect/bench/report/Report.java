package dev.finspect.bench.report;

import dev.finspect.bench.figure.Figure;
import dev.finspect.bench.figure.Measure;
import dev.finspect.bench.proxy.Finspect;
import dev.finspect.bench.proxy.Proxy;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The outcome as text: for each figure a table of the contenders and a table of finspect's ratios to the others. */
public final class Report {
    private static final String NO_VALUE = "-";
    private static final int RATIO_DECIMALS = 2;

    private final List<Figure> figures;
    private final List<Proxy> proxies;
    private final Results results;
    private final List<String> conditions;

    /**
     * A report.
     *
     * @param conditions facts about the machine and the runs, a sentence each
     */
    public Report(List<Figure> figures, List<Proxy> proxies, Results results, List<String> conditions) {
        this.figures = figures;
        this.proxies = proxies;
        this.results = results;
        this.conditions = conditions;
    }

    /** For a terminal. */
    public String plain() {
        return text(Table::plain, "");
    }

    /** For a Markdown page. */
    public String markdown() {
        return text(Table::markdown, "- ");
    }

    private String text(Function<Table, String> writer, String bullet) {
        Stream<String> notes = Stream.of(
                        conditions.stream(),
                        results.failures().stream().map(failure -> "Failed: " + failure),
                        results.disturbances().stream().map(disturbance -> "Disturbed: " + disturbance))
                .flatMap(part -> part);
        String head = notes.map(note -> bullet + note + "\n").collect(Collectors.joining());
        String tables = figures.stream().flatMap(this::tables).map(writer).collect(Collectors.joining("\n"));
        return head + "\n" + tables;
    }

    private Stream<Table> tables(Figure figure) {
        return Stream.concat(Stream.of(values(figure)), ratios(figure).stream());
    }

    private Table values(Figure figure) {
        Table table = new Table(figure.title(), header("proxy", figure, Measure::unit));
        for (Proxy proxy : admitted(figure)) {
            table.add(row(
                    proxy.name(), figure, measure -> cell(results.values(figure, proxy, measure), measure.decimals())));
        }
        return table;
    }

    private Optional<Table> ratios(Figure figure) {
        List<Proxy> admitted = admitted(figure);
        return admitted.stream()
                .filter(proxy -> proxy.name().equals(Finspect.NAME))
                .findFirst()
                .map(finspect -> ratios(figure, finspect, admitted));
    }

    private Table ratios(Figure figure, Proxy finspect, List<Proxy> admitted) {
        Table table = new Table(
                figure.title() + ": ratios, round by round",
                header("finspect /", figure, measure -> measure.unit() + (measure.moreIsBetter() ? ", > 1" : ", < 1")));
        for (Proxy other : admitted) {
            if (other != finspect) {
                table.add(row(other.name(), figure, measure -> {
                    double[] first = results.values(figure, finspect, measure);
                    return cell(Summary.ratios(first, results.values(figure, other, measure)), RATIO_DECIMALS);
                }));
            }
        }
        return table;
    }

    private List<Proxy> admitted(Figure figure) {
        return proxies.stream().filter(figure::admits).toList();
    }

    private static List<String> header(String first, Figure figure, Function<Measure, String> text) {
        return row(first, figure, text);
    }

    private static List<String> row(String first, Figure figure, Function<Measure, String> text) {
        return Stream.concat(Stream.of(first), figure.measures().stream().map(text))
                .toList();
    }

    private static String cell(double[] values, int decimals) {
        return Summary.of(values).map(summary -> summary.text(decimals)).orElse(NO_VALUE);
    }
}
