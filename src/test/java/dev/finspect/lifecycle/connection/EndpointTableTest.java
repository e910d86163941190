package dev.finspect.lifecycle.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.lifecycle.connection.EndpointStep.Moved;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class EndpointTableTest {
    private static final String GOLDEN = "endpoint-table.txt";

    @Test
    void tableMatchesTheGoldenFile() throws IOException {
        String matrix = matrix();
        Path written = Files.writeString(Path.of("target", GOLDEN), matrix);
        try (InputStream golden = EndpointTableTest.class.getResourceAsStream(GOLDEN)) {
            assertThat(golden).as("%s beside this test", GOLDEN).isNotNull();
            assertThat(matrix)
                    .as(
                            "the table, also written to %s; if the change is intended, copy that over the golden file",
                            written)
                    .isEqualTo(new String(golden.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    @ParameterizedTest
    @EnumSource(EndpointSignal.class)
    void nothingLeavesClosed(EndpointSignal signal) {
        assertThat(EndpointTable.step(EndpointState.CLOSED, signal)).isInstanceOf(EndpointStep.Refused.class);
    }

    /** Each state is entered at most once; {@link EndpointStates} relies on it. */
    @ParameterizedTest
    @EnumSource(EndpointState.class)
    void noStateIsEnteredTwice(EndpointState state) {
        for (EndpointSignal signal : EndpointSignal.values()) {
            if (EndpointTable.step(state, signal) instanceof Moved moved) {
                assertThat(moved.next()).isGreaterThan(state);
            }
        }
    }

    private static String matrix() {
        StringBuilder text = new StringBuilder();
        for (EndpointState state : EndpointState.values()) {
            for (EndpointSignal signal : EndpointSignal.values()) {
                text.append(state).append(" + ").append(signal).append(" -> ");
                EndpointStep step = EndpointTable.step(state, signal);
                text.append(step instanceof Moved moved ? moved.next().name() : "refused")
                        .append('\n');
            }
        }
        return text.toString();
    }
}
