package dev.finspect.session.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.diagnose.Finding;
import dev.finspect.session.explain.HostText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * Six troubles and five healthy connections, by tables that a kernel gave. {@code mvn test -Dtest=KeptTablesTest
 * -Dfinspect.rewrite=true} writes the text anew.
 */
final class KeptTablesTest {
    private static final Path TEXT = Path.of("src/test/resources/dev/finspect/session/host/six-troubles-explained.txt");

    private final KeptTables tables = new KeptTables();

    @Test
    void sixTroublesAreNamedAndNobodyElse() {
        assertThat(found(1, 2))
                .isEqualTo(Map.of(
                        7001, Set.of("upstream-silent upstream proved"),
                        7002, Set.of("upstream-not-closing upstream possible"),
                        7003, Set.of("backlog-full upstream proved", "upstream-not-accepting upstream proved"),
                        7004, Set.of("network-loss network_to_upstream proved"),
                        7005, Set.of("upstream-not-reading upstream possible"),
                        7006, Set.of("peer-vanished upstream_side proved")));
    }

    /** As on another host: what the server's program does is not seen, nor whether its host is there. */
    @Test
    void whoSeesTheClientsEndsAloneNamesLess() {
        assertThat(found(1))
                .isEqualTo(Map.of(
                        7003, Set.of("syn-unanswered upstream_side proved"),
                        7004, Set.of("peer-vanished upstream_side proved"),
                        7005, Set.of("upstream-not-reading upstream possible"),
                        7006, Set.of("peer-vanished upstream_side proved")));
    }

    @Test
    void whoSeesTheServersEndsAloneNamesWhatItsProgramsDo() {
        assertThat(found(2))
                .isEqualTo(Map.of(
                        7001, Set.of("upstream-silent upstream proved"),
                        7003, Set.of("upstream-not-accepting upstream proved"),
                        7005, Set.of("upstream-silent upstream possible")));
    }

    /** Silence counts where somebody asks for it, and stays only possible. */
    @Test
    void silenceCountsOnRequestOnly() {
        HostSessions.Found found = new HostSessions(tables.programs(), Duration.ofSeconds(1))
                .examine(tables.first(1, 2), tables.second(1, 2), null);
        assertThat(byPort(found).get(7007)).containsExactly("nobody-speaks configuration possible");
    }

    @Test
    void oneProcessIsChosenByItsSockets() {
        long inode = tables.second(2).get(0).sockets().stream()
                .filter(each -> each.tuple().sourcePort() == 7003 && each.inode() != 0)
                .findFirst()
                .orElseThrow()
                .inode();
        HostSessions.Found found = new HostSessions(tables.programs(), null)
                .examine(tables.first(1, 2), tables.second(1, 2), Set.of(inode));
        assertThat(byPort(found).keySet()).containsExactly(7003);
        assertThat(found.connections()).isEqualTo(5);
    }

    @Test
    void textIsOneLineAndOneSentenceForEachCause() throws IOException {
        HostSessions.Found found =
                new HostSessions(tables.programs(), null).examine(tables.first(1, 2), tables.second(1, 2), null);
        List<HostText.Row> rows = found.sessions().stream()
                .map(each -> new HostText.Row(each.explanation(), each.program()))
                .sorted(HostText.Row.WORST_FIRST)
                .toList();
        HostText.Scope scope = new HostText.Scope(
                found.connections(),
                2,
                2_000_000_000L,
                List.of(new HostText.Unseen("3 other network namespaces, which may not be entered", "root")));
        String text = HostText.of(rows, scope, true, false);
        if (Boolean.getBoolean("finspect.rewrite")) {
            Files.writeString(TEXT, text);
        }
        assertThat(text).isEqualTo(Files.readString(TEXT));
    }

    private Map<Integer, Set<String>> found(Integer... namespaces) {
        return byPort(new HostSessions(tables.programs(), null)
                .examine(tables.first(namespaces), tables.second(namespaces), null));
    }

    private static Map<Integer, Set<String>> byPort(HostSessions.Found found) {
        Map<Integer, Set<String>> all = new TreeMap<>(Comparator.naturalOrder());
        for (HostSession session : found.sessions()) {
            int port = session.record().identity().accepted().getPort();
            for (Finding finding : session.findings()) {
                all.computeIfAbsent(port, unused -> new TreeSet<>())
                        .add(finding.id().label() + " " + finding.blame().label() + " "
                                + finding.hang().label());
            }
        }
        return all;
    }
}
