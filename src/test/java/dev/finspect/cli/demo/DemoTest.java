package dev.finspect.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.cli.config.Config;
import dev.finspect.cli.config.KernelTraceChoice;
import dev.finspect.cli.config.Location;
import dev.finspect.cli.process.CommandFailure;
import dev.finspect.cli.run.ProxyServer;
import dev.finspect.log.text.TextNotes;
import dev.finspect.record.CloseAct;
import dev.finspect.record.Outcome;
import dev.finspect.relay.EngineChoice;
import dev.finspect.relay.RelaySettings;
import dev.finspect.session.SessionRecord;
import dev.finspect.session.SessionSink;
import dev.finspect.wire.filter.FilterMode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

final class DemoTest {
    private static final Map<String, SessionRecord> FIRST = new ConcurrentHashMap<>();
    private static final CountDownLatch MISSING = new CountDownLatch(DemoScenarios.ALL.size());
    private static final ByteArrayOutputStream SHOWN = new ByteArrayOutputStream();

    /** Plays until each scenario has had a whole session. */
    @BeforeAll
    static void play() throws IOException, CommandFailure, InterruptedException {
        DemoScreen screen = new DemoScreen(new PrintStream(SHOWN, true, StandardCharsets.UTF_8), false, false);
        SessionSink firsts = new SessionSink() {
            @Override
            public void progressed(SessionRecord record) {
                screen.progressed(record);
            }

            @Override
            public void closed(SessionRecord record) {
                if (FIRST.putIfAbsent(record.identity().route(), record) == null) {
                    screen.closed(record);
                    MISSING.countDown();
                }
            }
        };
        try (Demo demo = Demo.start()) {
            ProxyServer service = ProxyServer.start(config(demo), null, firsts);
            screen.introduce(demo, Map.of("resets", 4711), "127.0.0.1:9600", "It ends.");
            demo.drive(service.relay().listening());
            assertThat(MISSING.await(60, TimeUnit.SECONDS))
                    .as("seen: " + FIRST.keySet())
                    .isTrue();
            screen.refresh(service.relay().sessions());
            service.drain(Duration.ZERO).join();
            service.close();
            screen.finish();
        }
    }

    private static Config config(Demo demo) {
        RelaySettings relay =
                new RelaySettings(demo.routes(), EngineChoice.AUTO, 1, OptionalInt.empty(), false, 8 << 20, true, null);
        return new Config(
                new Config.Admin(
                        Optional.empty(),
                        true,
                        new Config.AdminRights(Optional.empty(), Set.of(), Set.of()),
                        Location.of("test")),
                new Config.Log(Optional.empty(), Optional.empty(), 0, 0),
                Optional.empty(),
                relay,
                Optional.empty(),
                Duration.ZERO,
                Duration.ZERO,
                10,
                new Config.Capture(
                        Collections.nCopies(demo.routes().size(), FilterMode.OFF),
                        false,
                        8 << 20,
                        Optional.empty(),
                        KernelTraceChoice.OFF),
                0,
                List.of());
    }

    @AfterAll
    static void forget() {
        FIRST.clear();
    }

    private static SessionRecord of(DemoScenario scenario) {
        return Objects.requireNonNull(FIRST.get(scenario.name()));
    }

    private static void assertEnd(DemoScenario scenario, Outcome outcome, CloseAct... order) {
        assertThat(of(scenario).outcome()).isEqualTo(outcome);
        assertThat(of(scenario).close().order()).containsExactly(order);
    }

    @Test
    void answersWell() {
        assertEnd(new AnswersWell(), Outcome.CLEAN, CloseAct.CLIENT_FIN, CloseAct.UPSTREAM_FIN);
    }

    @Test
    void answersSlowly() {
        assertEnd(new AnswersSlowly(), Outcome.CLEAN, CloseAct.UPSTREAM_FIN, CloseAct.CLIENT_FIN);
        SessionRecord session = of(new AnswersSlowly());
        assertThat(session.durationNanos()).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(800));
    }

    @Test
    void halfClosesAndHearsOn() {
        assertEnd(new HalfCloses(), Outcome.CLEAN, CloseAct.UPSTREAM_FIN, CloseAct.CLIENT_FIN);
        assertThat(of(new HalfCloses()).close().halfClose().bytesAfter().or(-1L))
                .isEqualTo(240_000);
    }

    @Test
    void neverClosesAndIsEndedByTheHalfCloseTimeout() {
        assertThat(of(new NeverCloses()).outcome()).isEqualTo(Outcome.TIMED_OUT);
        assertThat(of(new NeverCloses()).close().order()).startsWith(CloseAct.CLIENT_FIN);
    }

    @Test
    void resetsInTheMiddleOfItsAnswer() {
        assertEnd(new Resets(), Outcome.RESET, CloseAct.UPSTREAM_RST);
    }

    @Test
    void neverReadsUntilTheClientGivesUp() {
        assertThat(of(new NeverReads()).outcome()).isEqualTo(Outcome.RESET);
        assertThat(of(new NeverReads()).close().first())
                .extracting(CloseAct::by)
                .isEqualTo(CloseAct.Actor.CLIENT);
        assertThat(of(new NeverReads()).client().data().relay().pausedTime().or(-1L))
                .isPositive();
    }

    @Test
    void refuses() {
        assertThat(of(new Refuses()).outcome()).isEqualTo(Outcome.CONNECT_FAILED);
        assertThat(TextNotes.of(of(new Refuses())).toString()).contains("refused");
    }

    @Test
    void eachHangIsShownWithItsSentenceWhileItLasts() {
        String shown = SHOWN.toString(StandardCharsets.UTF_8).replaceAll("\\s+", " ");
        assertThat(shown)
                .containsPattern("never-answers [0-9.m]+s hangs upstream-silent The upstream 127\\.0\\.0\\.1:[0-9]+ has"
                        + " acknowledged the request \\(120 bytes")
                .containsPattern("never-closes [0-9.m]+s hangs upstream-not-closing The upstream 127\\.0\\.0\\.1:[0-9]+"
                        + " acknowledged the FIN sent to it")
                .containsPattern(
                        "never-reads [0-9.m]+s hangs upstream-not-reading The upstream 127\\.0\\.0\\.1:[0-9]+ does not"
                                + " read: its receive window has been closed");
        List<String> healthy = List.of("answers-well", "answers-slowly", "half-closes", "resets", "refuses");
        assertThat(SHOWN.toString(StandardCharsets.UTF_8).lines().filter(line -> line.contains(" hangs ")))
                .noneMatch(line -> healthy.stream().anyMatch(line::startsWith));
    }

    @Test
    void everythingShownFitsEightyColumnsAndHasNoEscapes() {
        List<String> lines = SHOWN.toString(StandardCharsets.UTF_8).lines().toList();
        assertThat(lines)
                .allSatisfy(line -> assertThat(line).hasSizeLessThan(80).doesNotContain("\u001b"));
        assertThat(lines).anySatisfy(line -> assertThat(line).contains("resets", ":4711", "RST"));
        List<String> closed = new ArrayList<>();
        DemoScenarios.ALL.forEach(scenario -> lines.stream()
                .filter(line -> line.startsWith(scenario.name()) && !line.contains("hangs"))
                .findFirst()
                .ifPresent(closed::add));
        assertThat(closed).hasSameSizeAs(DemoScenarios.ALL);
        assertThat(lines.get(lines.size() - 1))
                .startsWith("8 sessions: 3 clean, 3 reset, 1 timed_out, 1 connect_failed");
    }
}
