package dev.finspect.kernel.privileges;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.kernel.Reading;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** User accounts of this machine, compared with its user database. */
@EnabledOnOs(OS.LINUX)
final class AccountTest {
    private static Account found(String text) {
        assertThat(Account.of(text)).isInstanceOf(Reading.Value.class);
        return ((Reading.Value<Account>) Account.of(text)).value();
    }

    @Test
    void everyUserOfTheListIsFoundByNameAndByNumber() throws IOException {
        List<String> lines = Files.readAllLines(Path.of("/etc/passwd"));
        assertThat(lines).isNotEmpty();
        for (String line : lines) {
            String[] row = line.split(":", -1);
            if (row.length < 7 || row[0].startsWith("#")) {
                continue;
            }
            Account expected = new Account(row[0], Integer.parseUnsignedInt(row[2]), Integer.parseUnsignedInt(row[3]));
            assertThat(found(row[0])).isEqualTo(expected);
            assertThat(found(row[2]).uid()).isEqualTo(expected.uid());
            assertThat(expected).hasToString(row[0]);
        }
    }

    @Test
    void numberWithoutANameNeedsAGroup() {
        assertThat(found("3999999999:7")).isEqualTo(new Account(null, (int) 3_999_999_999L, 7));
        assertThat(found("3999999999:7")).hasToString("3999999999");
        assertThat(found("root:0")).isEqualTo(new Account("root", 0, 0));
    }

    @ParameterizedTest
    @CsvSource({
        "no-such-user, there is no user no-such-user on this machine",
        "4294967295, there is no user 4294967295 on this machine",
        "3999999999, its group must be given: 3999999999:GROUP",
        "root:no-such-group, there is no group no-such-group on this machine",
        "root:, there is no group"
    })
    void missingAccountsAreReported(String text, String sentence) {
        assertThat(Account.of(text))
                .isInstanceOfSatisfying(
                        Reading.Unavailable.class,
                        none -> assertThat(none.reason()).contains(sentence));
    }
}
