package dev.finspect.kernel.privileges;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Reads folders with the layout of {@code /proc/PID/task}. */
final class ThreadCredentialsTest {
    private static final Account NOBODY = new Account("nobody", 65_534, 65_533);

    @TempDir
    Path tasks = Path.of("");

    @BeforeEach
    void oneThreadIsAsItShouldBe() throws IOException {
        thread("1", "65534\t65534\t65534\t65534", "65533\t65533\t65533\t65533", "0", "0");
    }

    private void thread(String id, String uids, String gids, String permitted, String effective) throws IOException {
        Files.createDirectory(tasks.resolve(id));
        Files.write(
                tasks.resolve(id).resolve("status"),
                List.of(
                        "Name:\tfinspect-relay",
                        "Uid:\t" + uids,
                        "Gid:\t" + gids,
                        "CapInh:\t00000000a80425fb",
                        "CapPrm:\t" + permitted,
                        "CapEff:\t" + effective,
                        "CapAmb:\t0"));
    }

    @Test
    void allThreadsAreAsTheyShouldBe() throws IOException {
        thread("2", "65534\t65534\t65534\t65534", "65533\t65533\t65533\t65533", "2400", "2400");
        Files.createDirectory(tasks.resolve("3")); // a thread that ended meanwhile
        assertThatCode(() -> ThreadCredentials.check(tasks, NOBODY, 0x2400)).doesNotThrowAnyException();
        assertThat(Capability.mask(List.of(Capability.NET_RAW, Capability.NET_BIND_SERVICE)))
                .isEqualTo(0x2400);
    }

    @ParameterizedTest
    @CsvSource({"'Groups:\t0 4', has further groups: 0 4", "'NoNewPrivs:\t0', may gain rights by executing a file"})
    void aThreadWithMoreThanItsUserIsNamed(String row, String sentence) throws IOException {
        Path status = tasks.resolve("1").resolve("status");
        List<String> rows = new java.util.ArrayList<>(Files.readAllLines(status));
        rows.add(row);
        Files.write(status, rows);
        assertThatThrownBy(() -> ThreadCredentials.check(tasks, NOBODY, 0x2400)).hasMessageContaining(sentence);
    }

    @ParameterizedTest
    @CsvSource({
        "'65534 65534 0 65534', '65533 65533 65533 65533', 0, 0, 'has Uid 65534 65534 0 65534, not 65534'",
        "'65534 65534 65534 65534', '65533 0 65533 65533', 0, 0, 'has Gid 65533 0 65533 65533, not 65533'",
        "'65534 65534 65534 65534', '65533 65533 65533 65533', 2401, 0, 'has capabilities that it should not have:"
                + " CapPrm 2401'",
        "'65534 65534 65534 65534', '65533 65533 65533 65533', 2400, ffffffffffffffff, 'has capabilities that it"
                + " should not have: CapEff'"
    })
    void aThreadWithOtherCredentialsIsNamed(
            String uids, String gids, String permitted, String effective, String sentence) throws IOException {
        thread("7", uids, gids, permitted, effective);
        assertThatThrownBy(() -> ThreadCredentials.check(tasks, NOBODY, 0x2400))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("thread 7 (finspect-relay) ")
                .hasMessageContaining(sentence);
    }
}
