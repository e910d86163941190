package dev.finspect.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.finspect.lab.net.Namespace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code finspect doctor} tries interception, and leaves nothing of it behind. */
@Tag("privileged")
@NeedsPrograms(
        value = {"ip", "nft"},
        root = true)
final class DoctorIT {
    private static final List<String> TRIALS = List.of("REDIRECT IPv4", "REDIRECT IPv6", "TPROXY IPv4", "TPROXY IPv6");

    @Test
    void bothModesAreTriedWithBothFamilies() throws IOException {
        try (Namespace host = Namespace.make("doctor")) {
            String before = network(host);
            JsonNode findings = findings(Program.of(host.command(FinspectProgram.command("doctor", "-o", "json")))
                    .succeed());
            for (String trial : TRIALS) {
                assertThat(finding(findings, trial).at("/grade").asText())
                        .as(findings.toString())
                        .isEqualTo("ok");
                assertThat(finding(findings, trial).at("/found").asText())
                        .contains(trial.endsWith("6") ? "[2001:db8:2:0:0:0:0:1]:8080" : "198.51.100.1:8080");
            }
            assertThat(network(host)).isEqualTo(before);
        }
    }

    /** An nft that says no, and one that says yes and does nothing. */
    @ParameterizedTest
    @CsvSource({
        "echo 'Error: no such thing' >&2; exit 1, intercept apply fails: nft failed: Error: no such thing",
        "exit 0, did not reach finspect"
    })
    void whatDoesNotWorkIsSaidAndIsNoError(String nft, String said) throws IOException {
        try (LabFolder folder = new LabFolder();
                Namespace host = Namespace.make("doctor")) {
            Path programs = programs(folder, nft);
            String before = network(host);
            JsonNode findings = findings(Program.of(host.command(FinspectProgram.command("doctor", "-o", "json")))
                    .with("PATH", programs.toString())
                    .succeed());
            for (String trial : TRIALS) {
                assertThat(finding(findings, trial).at("/grade").asText()).isEqualTo("missing");
                assertThat(finding(findings, trial).at("/found").asText()).contains(said);
                assertThat(finding(findings, trial).at("/gain").asText())
                        .contains("modprobe", "finspect intercept print");
            }
            assertThat(network(host)).isEqualTo(before);
        }
    }

    @Test
    void withoutNftItIsNotTriedAndSaysWhy() throws IOException {
        try (LabFolder folder = new LabFolder();
                Namespace host = Namespace.make("doctor")) {
            Path programs = programs(folder, "exit 1");
            Files.delete(programs.resolve("nft"));
            Program.Ran ran = Program.of(host.command(FinspectProgram.command("doctor")))
                    .with("PATH", programs.toString())
                    .succeed();
            for (String trial : TRIALS) {
                assertThat(ran.text()).containsPattern("untried +" + trial + " +not tried: nft is not on the PATH");
            }
            assertThat(ran.text().lines().filter(line -> line.contains("-> ") && line.contains("run doctor as root")))
                    .hasSize(1);
        }
    }

    /** What there is of interfaces, rules and tables. */
    private static String network(Namespace host) {
        StringBuilder all = new StringBuilder();
        for (String question :
                List.of("ip -o link", "ip rule", "ip -6 rule", "ip route show table all", "nft list tables")) {
            List<String> words = new ArrayList<>(List.of(question.split(" ", -1)));
            words.set(0, Programs.path(words.get(0)));
            all.append(Program.of(host.command(words)).succeed().text());
        }
        return all.toString();
    }

    /** A folder with the machine's ip, and an nft that does this. */
    private static Path programs(LabFolder folder, String nft) throws IOException {
        Path programs = Files.createDirectory(folder.path("programs"));
        Files.createSymbolicLink(programs.resolve("ip"), Path.of(Programs.path("ip")));
        Path script = Files.writeString(programs.resolve("nft"), "#!/bin/sh\n" + nft + "\n");
        Files.setPosixFilePermissions(script, java.nio.file.attribute.PosixFilePermissions.fromString("rwxr-xr-x"));
        return programs;
    }

    private static JsonNode findings(Program.Ran ran) throws IOException {
        assertThat(ran.errors()).isEmpty();
        return new ObjectMapper().readTree(ran.text());
    }

    private static JsonNode finding(JsonNode all, String check) {
        for (JsonNode each : all) {
            if (each.at("/check").asText().equals(check)) {
                return each;
            }
        }
        throw new AssertionError("no " + check + " in " + all);
    }
}
