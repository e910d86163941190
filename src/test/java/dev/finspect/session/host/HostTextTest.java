package dev.finspect.session.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.session.explain.HostText;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The words around the explanations; {@link KeptTablesTest} has a whole text. */
final class HostTextTest {
    private static final HostText.Scope NOTHING_MISSING = scope(20, 1, List.of());

    private final KeptTables tables = new KeptTables();

    private static HostText.Scope scope(long connections, int namespaces, List<HostText.Unseen> unseen) {
        return new HostText.Scope(connections, namespaces, 2_000_000_000L, unseen);
    }

    private List<HostText.Row> rows() {
        return new HostSessions(tables.programs(), null)
                .examine(tables.first(1, 2), tables.second(1, 2), null).sessions().stream()
                        .map(each -> new HostText.Row(each.explanation(), each.program()))
                        .sorted(HostText.Row.WORST_FIRST)
                        .toList();
    }

    @Test
    void whereNothingHangsItSaysWhatWasLookedAt() {
        assertThat(HostText.of(List.of(), NOTHING_MISSING, false, false))
                .isEqualTo("nothing hangs: 20 connections of this host go on or rest (1 network namespace, read twice,"
                        + " 2.0 s apart)\n");
        assertThat(HostText.of(List.of(), scope(1, 3, List.of(new HostText.Unseen("2 sockets", ""))), false, false))
                .isEqualTo("""
                    nothing hangs: 1 connection of this host goes on or rests (3 network namespaces, read twice, 2.0 s apart)

                    not seen
                      - 2 sockets.
                    """);
    }

    @Test
    void oneConnectionNeedsNoTable() {
        String text = HostText.of(rows().subList(0, 1), NOTHING_MISSING, false, false);
        assertThat(text)
                .startsWith("session ")
                .doesNotContain("count  finding", "explains another")
                .endsWith("\n\n1 of 20 connections of this host (1 network namespace, read twice, 2.0 s apart)\n");
        assertThat(HostText.table(rows().subList(0, 1), NOTHING_MISSING, false))
                .startsWith("1 connection does not go on, 1 cause, of 20 of this host (")
                .contains("\n    1  upstream-not-accepting  proved");
    }

    @Test
    void severalHaveALineForEachCauseAndTheWorstIsExplained() {
        String text = HostText.of(rows(), NOTHING_MISSING, false, false);
        assertThat(text)
                .startsWith("12 connections do not go on, 7 causes, of 20 of this host (")
                .containsOnlyOnce("\nsession ")
                .endsWith("\n'finspect explain --host ID' explains another; --all explains one of each cause\n");
        assertThat(HostText.of(rows(), NOTHING_MISSING, true, false).split("\nsession ", -1))
                .hasSize(8);
        assertThat(HostText.table(rows(), NOTHING_MISSING, false).lines()).hasSize(10);
        assertThat(HostText.of(rows(), scope(20, 1, List.of(new HostText.Unseen("x", "root"))), false, true))
                .contains("\033[2mcount  finding", "\033[2mnot seen\033[0m\n  - x; needs root.");
    }

    /** A program that has the same trouble with many services. */
    @Test
    void causesBeyondAScreenAreCounted() {
        List<HostText.Row> many = new ArrayList<>();
        HostText.Row one = rows().get(0);
        for (int i = 0; i < 14; i++) {
            many.add(new HostText.Row(one.explanation(), i == 0 ? "" : "program " + i));
        }
        assertThat(HostText.table(many, NOTHING_MISSING, false))
                .contains("\n       2 more causes; -o json has all\n", "upstream  -         ");
    }
}
