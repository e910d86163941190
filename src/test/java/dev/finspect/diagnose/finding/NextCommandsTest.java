package dev.finspect.diagnose.finding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.finspect.diagnose.words.NextCommands;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The commands that are recommended, tried by the programs themselves; nothing is sent and nothing is captured. */
final class NextCommandsTest {
    @Test
    void everyCommandIsOneThatAShellUnderstands() throws Exception {
        for (String command : commands("")) {
            assertThat(run(List.of("sh", "-n", "-c", command))).as(command).isEmpty();
        }
    }

    @Test
    void ssUnderstandsItsFilters() throws Exception {
        assumeTrue(exists("ss"), "ss is not installed");
        List<String> commands = commands("ss ");
        assertThat(commands).hasSizeGreaterThan(10);
        for (String command : commands) {
            // What ss does not understand it says on standard error, and sometimes with exit code 0.
            assertThat(run(List.of("sh", "-c", "LC_ALL=C " + command + " 2>&1 >/dev/null")))
                    .as(command)
                    .isEmpty();
        }
    }

    @Test
    void tcpdumpCompilesItsExpressions() throws Exception {
        assumeTrue(exists("tcpdump"), "tcpdump is not installed");
        List<String> commands = commands("tcpdump -ni any -c 100 ");
        assertThat(commands).hasSizeGreaterThan(5);
        for (String command : commands) {
            String compiled = command.replace("-ni any -c 100", "-y RAW -d");
            assertThat(run(List.of("sh", "-c", "LC_ALL=C " + compiled + " 2>/dev/null")))
                    .as(compiled)
                    .contains("(000)");
        }
    }

    @Test
    void theKernelHasTheCountersAndSettingsNamed() throws Exception {
        Path netstat = Path.of("/proc/net/netstat");
        assumeTrue(Files.exists(netstat), "not Linux");
        String counters = counters(netstat) + counters(Path.of("/proc/net/snmp"));
        for (String command : commands("nstat -az ")) {
            for (String name : command.substring("nstat -az ".length()).split(" ", -1)) {
                assertThat(counters).as(command).contains(" " + name + " ");
            }
        }
        for (String command : commands("sysctl ")) {
            for (String name : command.substring("sysctl ".length()).split(" ", -1)) {
                assertThat(Path.of("/proc/sys", name.split("\\.", -1)))
                        .as(command)
                        .exists();
            }
        }
    }

    /** {@code  TcpExtListenDrops  TcpOutRsts ...}: names as nstat makes them of the lines {@code TcpExt: ListenDrops ...}. */
    private static String counters(Path table) throws IOException {
        StringBuilder names = new StringBuilder(" ");
        for (String line : Files.readAllLines(table, StandardCharsets.US_ASCII)) {
            String[] words = line.split("[: ]+", -1);
            Arrays.stream(words)
                    .skip(1)
                    .forEach(word -> names.append(words[0]).append(word).append("  "));
        }
        return names.toString();
    }

    private static List<String> commands(String prefix) {
        return WordsTest.commands().stream()
                .map(NextCommands.Step::command)
                .filter(command -> command.startsWith(prefix))
                .distinct()
                .collect(Collectors.toList());
    }

    private static boolean exists(String program) {
        List<String> folders = new ArrayList<>(List.of("/usr/sbin", "/sbin", "/usr/bin", "/bin"));
        folders.addAll(Arrays.asList(System.getenv("PATH").split(":", -1)));
        return folders.stream().anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }

    private static String run(List<String> command) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().merge("PATH", "/usr/sbin:/sbin", (path, more) -> path + ":" + more);
        Process process = builder.start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("ended").isTrue();
        return said;
    }
}
