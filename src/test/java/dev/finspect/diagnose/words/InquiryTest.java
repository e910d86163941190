package dev.finspect.diagnose.words;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.diagnose.Blame;
import dev.finspect.diagnose.Clue;
import dev.finspect.diagnose.Confidence;
import dev.finspect.diagnose.Evidence;
import dev.finspect.diagnose.Finding;
import dev.finspect.diagnose.FindingId;
import dev.finspect.diagnose.Parties;
import dev.finspect.fixture.Findings;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Leg;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Which programs are asked about themselves, and how. */
final class InquiryTest {
    @Test
    void serviceIsAskedByItsPortWhereItsProgramIsNotKnown() {
        assertThat(commands("10.0.0.5", 5432, Leg.UPSTREAM, Blame.UPSTREAM, null))
                .containsExactly("psql -h 10.0.0.5 -p 5432 -c 'select pid, state, wait_event_type, wait_event,"
                        + " pg_blocking_pids(pid), query from pg_stat_activity where client_port = 40118'");
        assertThat(commands("10.0.0.5", 6379, Leg.UPSTREAM, Blame.UPSTREAM, null))
                .containsExactly("redis-cli -h 10.0.0.5 -p 6379 CLIENT LIST");
        assertThat(commands("2001:db8::5", 9200, Leg.UPSTREAM, Blame.UPSTREAM, null))
                .containsExactly("curl -s 'http://[2001:db8::5]:9200/_nodes/hot_threads'");
        assertThat(commands("10.0.0.5", 8080, Leg.UPSTREAM, Blame.UPSTREAM, null))
                .isEmpty();
    }

    @Test
    void programsNameCountsForMoreThanThePort() {
        assertThat(commands("10.0.0.5", 5432, Leg.UPSTREAM, Blame.UPSTREAM, "redis-server (pid 7)"))
                .contains("redis-cli -h 10.0.0.5 -p 5432 CLIENT LIST")
                .noneMatch(command -> command.startsWith("psql"));
        assertThat(commands("10.0.0.5", 3306, Leg.UPSTREAM, Blame.UPSTREAM, "python3.11 (pid 7)"))
                .contains("py-spy dump --pid 7")
                .noneMatch(command -> command.startsWith("mysql"));
        assertThat(commands("10.0.0.5", 8080, Leg.UPSTREAM, Blame.UPSTREAM, "java (pid 99)"))
                .contains("jstack 99");
    }

    @Test
    void clientIsAskedByItsProcessAlone() {
        assertThat(commands("10.0.0.5", 5432, Leg.CLIENT, Blame.CLIENT, "java (pid 99)"))
                .contains("jstack 99")
                .noneMatch(command -> command.startsWith("psql"));
    }

    @Test
    void nobodyIsAskedWhereNobodyOwesAnything() {
        assertThat(commands("10.0.0.5", 5432, Leg.UPSTREAM, Blame.NOBODY, null)).isEmpty();
    }

    private static List<String> commands(String host, int port, Leg leg, Blame blame, @Nullable String program) {
        Evidence evidence = program == null
                ? Evidence.at(Clue.LAST_SENT, leg, Fact.socket(1L))
                : Evidence.word(Clue.PEER_PROGRAM, leg, Fact.kernel(program));
        Finding finding = Findings.of(new FindingId("a-finding"), blame, Confidence.LIKELY, leg, 1, List.of(evidence));
        Parties parties = new Parties(
                "db",
                new InetSocketAddress("192.0.2.7", 51334),
                new InetSocketAddress("192.0.2.1", 15432),
                new InetSocketAddress("10.0.0.1", 40118),
                new InetSocketAddress(host, port));
        return new NextCommands(finding, parties, null)
                .program().steps().stream().map(NextCommands.Step::command).toList();
    }
}
