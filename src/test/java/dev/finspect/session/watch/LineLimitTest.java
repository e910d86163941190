package dev.finspect.session.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.diagnose.Blame;
import dev.finspect.diagnose.Clue;
import dev.finspect.diagnose.Confidence;
import dev.finspect.diagnose.Evidence;
import dev.finspect.diagnose.Finding;
import dev.finspect.diagnose.FindingId;
import dev.finspect.diagnose.finding.UpstreamNotAccepting;
import dev.finspect.diagnose.finding.UpstreamSilent;
import dev.finspect.fixture.Findings;
import dev.finspect.session.OmittedLines;
import dev.finspect.session.RecordEvent;
import dev.finspect.session.SessionIdentity;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Leg;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Each line that is asked for is written or listed, exactly once. */
final class LineLimitTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long START = -5 * SECOND;
    private static final String PEER = "10.0.0.2:5432";
    private static final Finding SILENT = finding(UpstreamSilent.ID);

    private final LineLimit limit = new LineLimit();

    @Test
    void oneLineListsAllSessionsOfAMinuteAfterTheFirstTen() {
        List<String> written = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            if (asked(RecordEvent.HUNG, SILENT, PEER, i, START + i * 1_000_000L)) {
                written.add(id(i));
            }
        }
        assertThat(written).isEqualTo(ids(0, 10));
        assertThat(limit.pending()).isTrue();
        assertThat(limit.due(START + 59 * SECOND)).isEmpty();
        assertThat(limit.due(START + 60 * SECOND)).singleElement().satisfies(entry -> {
            assertThat(entry.event()).isEqualTo(RecordEvent.HUNG);
            assertThat(entry.route()).isEqualTo("db");
            assertThat(entry.peer()).isEqualTo(PEER);
            assertThat(entry.finding().id()).isEqualTo(UpstreamSilent.ID);
            assertThat(entry.ids()).isEqualTo(ids(10, 5_000));
            assertThat(entry.fromEpochNanos()).isEqualTo(epoch(START + 10 * 1_000_000L));
            assertThat(entry.toEpochNanos()).isEqualTo(epoch(START + 4_999 * 1_000_000L));
        });
        assertThat(limit.pending()).isFalse();
        assertThat(limit.due(START + 500 * SECOND)).isEmpty();
    }

    @Test
    void tenLinesAreWrittenAgainInTheNextMinute() {
        fill(RecordEvent.PROGRESS, SILENT, PEER, 12, START);
        assertThat(asked(RecordEvent.PROGRESS, SILENT, PEER, 12, START + 61 * SECOND))
                .isTrue();
        assertThat(limit.due(START + 61 * SECOND))
                .as("the minute before, which nobody had asked for")
                .singleElement()
                .satisfies(entry -> assertThat(entry.ids()).isEqualTo(ids(10, 12)));
        assertThat(limit.due(START + 61 * SECOND)).isEmpty();
    }

    @Test
    void eventFindingAndPeerAreLimitedEachForItself() {
        fill(RecordEvent.HUNG, SILENT, PEER, 11, START);
        assertThat(asked(RecordEvent.RECOVERED, SILENT, PEER, 11, START)).isTrue();
        assertThat(asked(RecordEvent.HUNG, finding(UpstreamNotAccepting.ID), PEER, 11, START))
                .isTrue();
        assertThat(asked(RecordEvent.HUNG, SILENT, "10.0.0.3:5432", 11, START)).isTrue();
        assertThat(asked(RecordEvent.HUNG, SILENT, PEER, 11, START)).isFalse();
    }

    @Test
    void morePeersThanAreKeptApartShareOneKind() {
        int written = 0;
        for (int i = 0; i < 50_000; i++) {
            if (asked(RecordEvent.HUNG, SILENT, "10.1." + i / 250 + "." + i % 250, i, START + i)) {
                written++;
            }
        }
        assertThat(written).isEqualTo(LineLimit.MOST_KINDS + LineLimit.MOST_LINES);
        List<OmittedLines> entries = limit.all();
        assertThat(entries).allSatisfy(entry -> assertThat(entry.peer()).isNull());
        assertThat(entries).allSatisfy(entry -> assertThat(entry.ids()).hasSizeLessThanOrEqualTo(LineLimit.MOST_IDS));
        assertThat(entries.stream().mapToInt(entry -> entry.ids().size()).sum()).isEqualTo(50_000 - written);
    }

    @Test
    void entryThatIsFullIsDueAtOnce() {
        fill(RecordEvent.HUNG, SILENT, PEER, LineLimit.MOST_LINES + LineLimit.MOST_IDS + 3, START);
        assertThat(limit.due(START))
                .singleElement()
                .satisfies(entry -> assertThat(entry.ids())
                        .isEqualTo(ids(LineLimit.MOST_LINES, LineLimit.MOST_LINES + LineLimit.MOST_IDS)));
        assertThat(limit.due(START + 60 * SECOND))
                .singleElement()
                .satisfies(entry -> assertThat(entry.ids()).hasSize(3));
    }

    @Test
    void everythingIsListedAtTheEnd() {
        fill(RecordEvent.HUNG, SILENT, PEER, 15, START);
        fill(RecordEvent.PROGRESS, SILENT, null, 20, START);
        assertThat(limit.all()).extracting(entry -> entry.ids().size()).containsExactly(5, 10);
        assertThat(limit.pending()).isFalse();
        assertThat(limit.all()).isEmpty();
        assertThat(limit.due(START + 100 * SECOND)).isEmpty();
    }

    @Test
    void loopsThatAskAtOnceLoseAndRepeatNothing() throws Exception {
        int each = 5_000;
        Set<String> written = java.util.concurrent.ConcurrentHashMap.newKeySet();
        List<OmittedLines> entries = java.util.Collections.synchronizedList(new ArrayList<>());
        List<Thread> loops = new ArrayList<>();
        for (int l = 0; l < 4; l++) {
            int first = l * each;
            loops.add(new Thread(() -> {
                for (int i = first; i < first + each; i++) {
                    long now = START + (i - first) * 50_000_000L;
                    if (asked(RecordEvent.HUNG, SILENT, PEER, i, now)) {
                        written.add(id(i));
                    }
                    entries.addAll(limit.due(now));
                }
            }));
        }
        loops.forEach(Thread::start);
        for (Thread loop : loops) {
            loop.join();
        }
        entries.addAll(limit.all());
        Set<String> all = new HashSet<>(written);
        entries.forEach(
                entry -> entry.ids().forEach(id -> assertThat(all.add(id)).isTrue()));
        assertThat(all).hasSize(4 * each);
    }

    private void fill(RecordEvent event, Finding finding, @Nullable String peer, int count, long nowNanos) {
        for (int i = 0; i < count; i++) {
            assertThat(asked(event, finding, peer, i, nowNanos)).isEqualTo(i < LineLimit.MOST_LINES);
        }
    }

    private boolean asked(RecordEvent event, Finding finding, @Nullable String peer, int number, long nowNanos) {
        InetSocketAddress any = new InetSocketAddress(0);
        SessionIdentity session = new SessionIdentity(id(number), "db", any, any, any, epoch(START), START);
        return limit.admits(event, finding, peer, session, nowNanos);
    }

    private static long epoch(long nanos) {
        return 1_767_225_600_000_000_000L + nanos;
    }

    private static String id(int number) {
        return "id" + number;
    }

    private static List<String> ids(int from, int to) {
        return IntStream.range(from, to).mapToObj(LineLimitTest::id).toList();
    }

    private static Finding finding(FindingId id) {
        Evidence evidence = Evidence.at(Clue.LAST_SENT, Leg.UPSTREAM, Fact.socket(1_000L));
        return Findings.of(id, Blame.UPSTREAM, Confidence.LIKELY, Leg.UPSTREAM, 1_000L, List.of(evidence));
    }
}
