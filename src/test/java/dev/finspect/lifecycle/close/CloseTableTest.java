package dev.finspect.lifecycle.close;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.lifecycle.close.CloseCommand.Action;
import dev.finspect.lifecycle.close.CloseStep.Moved;
import dev.finspect.tcp.Leg;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

final class CloseTableTest {
    private static final String GOLDEN = "close-table.txt";

    @Test
    void tableMatchesTheGoldenFile() throws IOException {
        String matrix = matrix();
        Path written = Files.writeString(Path.of("target", GOLDEN), matrix);
        try (InputStream golden = CloseTableTest.class.getResourceAsStream(GOLDEN)) {
            assertThat(golden).as("%s beside this test", GOLDEN).isNotNull();
            assertThat(matrix)
                    .as(
                            "the table, also written to %s; if the change is intended, copy that over the golden file",
                            written)
                    .isEqualTo(new String(golden.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    @ParameterizedTest
    @EnumSource(CloseSignal.class)
    void anEndedSessionStaysEnded(CloseSignal signal) {
        assertThat(CloseTable.step(CloseState.ENDED, signal)).isInstanceOf(CloseStep.Refused.class);
    }

    @ParameterizedTest
    @EnumSource(value = CloseState.class, names = "ENDED", mode = EnumSource.Mode.EXCLUDE)
    void anAbortEndsEveryOtherState(CloseState state) {
        assertThat(CloseTable.step(state, CloseSignal.ABORT))
                .isInstanceOfSatisfying(
                        Moved.class, moved -> assertThat(moved.next()).isEqualTo(CloseState.ENDED));
    }

    @Test
    void aHalfCloseProducesItsCommandsInOrder() {
        SimulatedSession session = new SimulatedSession()
                .receives(CloseSignal.CONNECTED, CloseSignal.CLIENT_FIN_READ, CloseSignal.CLIENT_DELIVERED)
                .receives(CloseSignal.UPSTREAM_FIN_READ, CloseSignal.UPSTREAM_DELIVERED)
                .receives(CloseSignal.UPSTREAM_ACKNOWLEDGED, CloseSignal.CLIENT_ACKNOWLEDGED);
        assertThat(session.done)
                .containsExactly(
                        CloseCommand.START_READING_CLIENT,
                        CloseCommand.START_READING_UPSTREAM,
                        CloseCommand.SHUT_OUTPUT_OF_UPSTREAM,
                        CloseCommand.SHUT_OUTPUT_OF_CLIENT,
                        CloseCommand.AWAIT_ACKNOWLEDGED_CLIENT,
                        CloseCommand.AWAIT_ACKNOWLEDGED_UPSTREAM,
                        CloseCommand.CLOSE_CLIENT,
                        CloseCommand.CLOSE_UPSTREAM);
        assertThat(session.state).isEqualTo(CloseState.ENDED);
    }

    @Test
    void bytesOfAClientThatResetsDuringTheConnectAreStillDelivered() {
        SimulatedSession session = new SimulatedSession()
                .receives(CloseSignal.CLIENT_RESET_SEEN, CloseSignal.CONNECTED)
                .receives(CloseSignal.CLIENT_DELIVERED, CloseSignal.UPSTREAM_ACKNOWLEDGED);
        assertThat(session.done)
                .containsExactly(
                        CloseCommand.DELIVER_REST_OF_CLIENT,
                        CloseCommand.AWAIT_ACKNOWLEDGED_UPSTREAM,
                        CloseCommand.RESET_UPSTREAM,
                        CloseCommand.CLOSE_CLIENT);
    }

    @Test
    void aLateResetAfterBothFinsIsRelayedToALegWithUnacknowledgedBytes() {
        SimulatedSession session = new SimulatedSession()
                .receives(CloseSignal.CONNECTED, CloseSignal.UPSTREAM_FIN_READ, CloseSignal.UPSTREAM_DELIVERED)
                .receives(CloseSignal.CLIENT_FIN_READ, CloseSignal.CLIENT_DELIVERED)
                .receives(CloseSignal.UPSTREAM_RESET_SEEN, CloseSignal.DEADLINE);
        assertThat(session.done).endsWith(CloseCommand.RESET_CLIENT, CloseCommand.CLOSE_UPSTREAM);
    }

    @Test
    void operatorsFinGoesToEachPeerThatHasNoneAndNothingMoreIsRead() {
        SimulatedSession session = new SimulatedSession()
                .receives(CloseSignal.CONNECTED, CloseSignal.CLIENT_FIN_READ, CloseSignal.CLIENT_DELIVERED)
                .receives(CloseSignal.OPERATOR_CLOSES);
        assertThat(session.count(Action.STOP_READING, Leg.CLIENT)).isEqualTo(1);
        assertThat(session.count(Action.STOP_READING, Leg.UPSTREAM)).isEqualTo(1);
        assertThat(session.count(Action.SHUT_OUTPUT, Leg.CLIENT)).isEqualTo(1);
        assertThat(session.count(Action.SHUT_OUTPUT, Leg.UPSTREAM))
                .as("the client's own FIN was passed on")
                .isEqualTo(1);
        session.receives(CloseSignal.CLIENT_ACKNOWLEDGED, CloseSignal.UPSTREAM_ACKNOWLEDGED);
        assertThat(session.done).endsWith(CloseCommand.CLOSE_CLIENT, CloseCommand.CLOSE_UPSTREAM);
        assertThat(session.state).isEqualTo(CloseState.ENDED);
    }

    /** Random signals: those without a meaning must change nothing. */
    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void randomSignalsNeverBreakTheRulesOfClosing(int seed) {
        Random random = new Random(seed);
        SimulatedSession session = new SimulatedSession();
        CloseSignal[] signals = CloseSignal.values();
        for (int i = 0; i < 60 && session.state != CloseState.ENDED; i++) {
            session.receives(signals[random.nextInt(signals.length)]);
        }
        if (session.state != CloseState.ENDED) {
            session.receives(CloseSignal.ABORT);
        }
        assertThat(session.state).isEqualTo(CloseState.ENDED);
        for (Leg leg : Leg.values()) {
            assertThat(session.count(Action.SHUT_OUTPUT, leg)).isLessThanOrEqualTo(1);
            assertThat(session.count(Action.RESET, leg) + session.count(Action.CLOSE, leg))
                    .as("%s is closed once, if it was ever open", leg)
                    .isEqualTo(leg == Leg.CLIENT || session.processed.contains(CloseSignal.CONNECTED) ? 1 : 0);
            boolean asked = session.processed.contains(CloseSignal.OPERATOR_CLOSES);
            if (session.count(Action.SHUT_OUTPUT, leg) == 1 && !asked) {
                assertThat(session.processed)
                        .as("no FIN towards %s before all bytes", leg)
                        .containsSubsequence(CloseSignal.finRead(leg.other()), CloseSignal.delivered(leg.other()));
            }
            if (session.processed.contains(CloseSignal.resetSeen(leg))) {
                boolean otherReset = session.count(Action.RESET, leg.other()) == 1;
                boolean otherDead = session.processed.contains(CloseSignal.resetSeen(leg.other()))
                        || session.processed.contains(CloseSignal.acknowledged(leg.other()))
                        || !session.processed.contains(CloseSignal.CONNECTED);
                assertThat(otherReset || otherDead)
                        .as("a reset of %s is relayed to the other leg, unless that has ended", leg)
                        .isTrue();
            }
        }
    }

    static IntStream seeds() {
        return IntStream.range(0, 500);
    }

    private static String matrix() {
        StringBuilder text = new StringBuilder();
        for (CloseState state : CloseState.values()) {
            for (CloseSignal signal : CloseSignal.values()) {
                text.append(state).append(" + ").append(signal).append(" -> ");
                CloseStep step = CloseTable.step(state, signal);
                if (step instanceof Moved moved) {
                    text.append(moved.next())
                            .append(moved.commands().stream()
                                    .map(CloseCommand::name)
                                    .collect(Collectors.joining(", ", " [", "]")));
                } else {
                    text.append("refused");
                }
                text.append('\n');
            }
        }
        return text.toString();
    }

    /** A session that processes signals and records the commands; refused signals are not recorded. */
    private static final class SimulatedSession {
        private CloseState state = CloseState.CONNECTING;
        private final List<CloseSignal> processed = new ArrayList<>();
        private final List<CloseCommand> done = new ArrayList<>();

        SimulatedSession receives(CloseSignal... signals) {
            for (CloseSignal signal : signals) {
                CloseStep step = CloseTable.step(state, signal);
                if (step instanceof Moved moved) {
                    processed.add(signal);
                    done.addAll(moved.commands());
                    state = moved.next();
                }
            }
            return this;
        }

        long count(Action action, Leg leg) {
            return done.stream()
                    .filter(command -> command.action() == action && command.leg() == leg)
                    .count();
        }
    }
}
