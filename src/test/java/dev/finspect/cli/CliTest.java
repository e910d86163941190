package dev.finspect.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.cli.process.ProcessContext;
import dev.finspect.cli.process.Version;
import dev.finspect.lab.NeedsPrograms;
import dev.finspect.lab.Programs;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands that end by themselves, in this process. */
final class CliTest {
    private static final int SCREEN_LINES = 40;
    private static final int SCREEN_COLUMNS = 100;

    @TempDir
    private Path directory;

    /** What a command did. */
    private record Ran(int exit, String out, String err) {}

    static List<String> commands() {
        return List.copyOf(Cli.commandLine(context(Map.of(), false, System.out, System.err))
                .getSubcommands()
                .keySet());
    }

    /** Those that the program's help has. */
    private static List<String> listed() {
        Map<String, picocli.CommandLine> all = Cli.commandLine(context(Map.of(), false, System.out, System.err))
                .getSubcommands();
        return commands().stream()
                .filter(name -> !java.util.Objects.requireNonNull(all.get(name))
                        .getCommandSpec()
                        .usageMessage()
                        .hidden())
                .toList();
    }

    @ParameterizedTest
    @MethodSource("commands")
    void helpFitsAScreenAndBeginsWithExamples(String command) {
        Ran ran = run(command, "--help");
        assertThat(ran.exit()).isZero();
        assertThat(ran.err()).isEmpty();
        assertThat(ran.out().lines().count()).as(ran.out()).isLessThanOrEqualTo(SCREEN_LINES);
        assertThat(ran.out().lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(SCREEN_COLUMNS));
        assertThat(ran.out().indexOf("Examples:"))
                .isPositive()
                .isLessThan(ran.out().indexOf("Usage: "));
        assertThat(ran.out()).contains("finspect " + command);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "no-such-user | user: there is no user no-such-user on this machine",
                "nobody:no-such-group | user: there is no group no-such-group on this machine",
                "1234567 | user: the number 1234567 is no user of this machine, so its group must be given",
                "root | user: root would keep every right, which the setting is there to give up",
                "0 | user: root would keep every right"
            })
    void checkSaysWhatIsWrongWithTheUser(String user, String sentence) throws Exception {
        Path file = file("drain: 1s\nuser: " + user + "\nroutes: [{name: db, listen: ':1', upstream: 'a:3'}]");
        Ran ran = run("check", "-c", file.toString());
        assertThat(ran.err()).contains(file + ":2:7: " + sentence);
        assertThat(ran.exit()).isEqualTo(3);
    }

    @Test
    void checkAcceptsAUserWithAGroupByNumber() throws Exception {
        Path file = file("user: 1234567:1234567\nroutes: [{name: db, listen: ':1', upstream: 'a:3'}]");
        assertThat(run("check", "-c", file.toString()).exit()).isZero();
    }

    @Test
    void doctorTriesEveryThingAndIsNoFailureWhereSomethingIsMissing() {
        Ran ran = run("doctor");
        assertThat(ran.exit()).as(ran.out()).isZero();
        assertThat(ran.err()).isEmpty();
        assertThat(ran.out().lines().filter(line -> !line.startsWith(" ")))
                .hasSize(17)
                .allMatch(line -> line.matches("(ok|less|missing|untried) +[a-zA-Z_]+( [a-zA-Z]+[46]?)? +.+"));
        assertThat(ran.out()).containsPattern("ok +sockets").contains("capture", "sock_diag", "TPROXY", "tcp_info");
        Ran json = run("doctor", "-o", "json");
        assertThat(json.out()).startsWith("[ {").contains("\"check\" : \"capture\"");
        assertThat(run("doctor", "-o", "ndjson").out().lines())
                .hasSize(17)
                .allMatch(line -> line.startsWith("{\"check\":"));
        assertThat(run("doctor", "-o", "table").out().lines()).hasSize(17).noneMatch(line -> line.startsWith(" "));
        assertThat(run("doctor", "-o", "xml").exit()).isEqualTo(2);
    }

    @Test
    void interceptPrintsACommandForEachStepAndTakesNothingHalf() {
        Ran ran = run("intercept", "--mode", "tproxy", "--port", "80,8000-8100", "--to", "15001");
        assertThat(ran.exit()).as(ran.err()).isZero();
        assertThat(ran.out())
                .contains("ip -4 rule add priority 241 fwmark 0xf1 lookup 241", "== syn tproxy ip to :15001")
                .contains("# This table delivers all addresses to this machine.", "finspect intercept remove");
        for (String[] wrong : new String[][] {
            {"intercept", "apply"},
            {"intercept", "apply", "--mode", "tproxy", "--to", "1"},
            {"intercept", "apply", "--mode", "tproxy", "--port", "80"},
            {"intercept", "apply", "--mode", "tproxy", "--port", "80-70", "--to", "1"},
            {"intercept", "apply", "--mode", "tproxy", "--port", "80", "--to", "1", "--local"},
            {"intercept", "apply", "--mode", "tproxy", "--port", "1-99", "--to", "80"},
            {"intercept", "apply", "--mode", "tproxy", "--port", "80", "--to", "1", "--interface", "a;b"},
            {"intercept", "apply", "--mode", "redirect", "--port", "80", "--to", "1", "--local", "--except-user", "a b"
            },
            {"intercept", "apply", "--mode", "other", "--port", "80", "--to", "1"},
            {"intercept", "undo"}
        }) {
            Ran refused = run(wrong);
            assertThat(refused.exit()).as(String.join(" ", wrong)).isEqualTo(2);
            assertThat(refused.err())
                    .as(String.join(" ", wrong))
                    .startsWith("finspect: ")
                    .contains("'finspect intercept --help'");
        }
    }

    @Test
    void theProgramsOwnHelpFitsAScreenAndNamesEveryCommand() {
        Ran ran = run("--help");
        assertThat(ran.exit()).isZero();
        assertThat(ran.out().lines().count()).isLessThanOrEqualTo(SCREEN_LINES);
        assertThat(listed())
                .hasSizeGreaterThan(15)
                .allSatisfy(command -> assertThat(ran.out()).contains("\n  " + command + " "));
    }

    @Test
    void withoutACommandItPrintsItsHelp() {
        assertThat(run()).isEqualTo(run("--help")).isEqualTo(run("help"));
    }

    @ParameterizedTest
    @MethodSource("commands")
    void helpOfACommandIsWhatItsOptionPrints(String command) {
        assertThat(run("help", command)).isEqualTo(run(command, "--help"));
    }

    @ParameterizedTest
    @CsvSource({
        "read -o tabel x, table",
        "read --fail-on idel x, idle",
        "explain -o jsn, json",
        "explain --fail-on upstream-silnt, upstream-silent",
        "check -o ndjsn, ndjson",
        "doctor -o tex, text",
        "intercept aply, apply",
        "intercept --mode tprxy, tproxy",
        "run --listen :1 --upstream a:1 --engine epol, epoll",
        "run --listen :1 --upstream a:1 --capture hedaers, headers",
        "run --listen :1 --upstream a:1 -o tabel, table",
        "completion fsh, fish",
        "--color=alwas check, always",
        "help explian, explain",
        "man expalin, explain",
        "explain --after 5, 5s",
        "explain --host outcom:reset, outcome",
        "read --idle-timeout 5 x, 5s",
        "healthcheck --timeout 3, 3s",
        "demo --for 10, 10s",
        "read --filter outcom:reset x, outcome",
        "read --filter outcome:rset x, reset",
        "read --filter half_closd x, half_closed",
        "read --filter retransmts>1 x, retransmits"
    })
    void mistypedValuesAreGuessed(String line, String meant) {
        Ran ran = run(line.split(" ", -1));
        assertThat(ran.exit()).isEqualTo(2);
        assertThat(ran.err()).contains(" Did you mean '" + meant + "'?");
    }

    @Test
    void versionIsACommandToo() {
        assertThat(run("version")).isEqualTo(run("--version"));
    }

    @Test
    void mistypedCommandsAndOptionsAreGuessed() {
        assertThat(run("chek").err())
                .startsWith("finspect: Unmatched argument at index 0: 'chek'. Did you mean 'check'?");
        assertThat(run("check", "--resolv=1").err())
                .startsWith("finspect: Unknown option: '--resolv=1'. Did you mean '--resolve'?");
        assertThat(run("run", "--lisen", ":1").exit()).isEqualTo(2);
        assertThat(run("xyzzy").err()).doesNotContain("Did you mean");
    }

    @Test
    void theVersionNamesProgramAndPlatform() {
        assertThat(run("--version").out())
                .isEqualTo("finspect " + Version.number() + " (Java " + System.getProperty("java.version") + ", "
                        + System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
                        + System.getProperty("os.arch") + ")\n");
    }

    @Test
    void helpIsColouredOnATerminalUnlessNoColorSaysNo() {
        assertThat(run(Map.of(), true, "check", "--help").out()).contains("\u001b[");
        assertThat(run(Map.of("NO_COLOR", "1"), true, "check", "--help").out()).doesNotContain("\u001b[");
        assertThat(run(Map.of("NO_COLOR", ""), true, "check", "--help").out()).contains("\u001b[");
        assertThat(run(Map.of("TERM", "dumb"), true, "check", "--help").out()).doesNotContain("\u001b[");
        assertThat(run(Map.of(), false, "check", "--help").out()).doesNotContain("\u001b[");
        assertThat(run(Map.of("NO_COLOR", "1"), false, "--color=always", "check", "--help")
                        .out())
                .contains("\u001b[");
        assertThat(run(Map.of(), true, "check", "--color", "never", "--help").out())
                .doesNotContain("\u001b[");
        assertThat(run("check", "--color=blue").exit()).isEqualTo(2);
    }

    @Test
    void aGoodFileIsToldByItsRoutesOnStandardOutput() throws IOException {
        Path file = file(
                "routes: [{name: db, listen: ['127.0.0.1:1', '[::1]:2'], upstream: [a:3, '[2001:0db8:0:0::0:1]:4']}]");
        assertThat(run("check", "-c", file.toString()))
                .isEqualTo(new Ran(0, "db: 127.0.0.1:1, [::1]:2 -> a:3, [2001:db8::1]:4\n", ""));
        assertThat(run("check", "-c", file.toString(), "-o", "ndjson").out())
                .isEqualTo(
                        "{\"route\":\"db\",\"listen\":\"127.0.0.1:1, [::1]:2\",\"upstream\":\"a:3, [2001:db8::1]:4\"}\n");
        assertThat(run("check", "-c", file.toString(), "-o", "json").out()).startsWith("[ {");
        assertThat(run("check", "-c", file.toString(), "-o", "table").out()).matches("db +127.0.0.1:1, .*\n");
        assertThat(run(Map.of("FINSPECT_CONFIG", file.toString()), false, "check")
                        .exit())
                .isZero();
    }

    @Test
    void everythingWrongIsToldAtOnceOnStandardError() throws IOException {
        Path file = file("drain: soon\nroutes: [{name: db, listen: here, upstream: 'a:3'}]");
        Ran ran = run("check", "-c", file.toString());
        assertThat(ran.exit()).isEqualTo(3);
        assertThat(ran.out()).isEmpty();
        assertThat(ran.err().lines())
                .hasSize(2)
                .allSatisfy(line -> assertThat(line).startsWith(file + ":"));
    }

    @Test
    void checkWithoutAFileIsMisused() {
        assertThat(run("check").exit()).isEqualTo(2);
        assertThat(run("check", "-c", directory.resolve("missing").toString()).exit())
                .isEqualTo(3);
    }

    @Test
    void checkLooksNamesUpWhenAsked() throws IOException {
        Path file = file("routes: [{name: db, listen: ':1', upstream: ['nowhere.invalid:3', 'localhost:4']}]");
        assertThat(run("check", "-c", file.toString()).exit()).isZero();
        Ran ran = run("check", "-c", file.toString(), "--resolve");
        assertThat(ran.exit()).isEqualTo(3);
        assertThat(ran.err())
                .startsWith(file + ":1:46: the name 'nowhere.invalid' does not resolve.")
                .hasLineCount(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "run",
                "run --listen :1",
                "run --upstream a:1",
                "run --name db",
                "run -c some.yaml --listen :1 --upstream a:1",
                "run --listen here --upstream a:1",
                "run --listen :1 --upstream a:1 --drain soon",
                "run --listen :1 --upstream a:1 --log-format xml",
                "healthcheck --admin nowhere:x",
                "healthcheck --timeout 0",
                "man nothing"
            })
    void misuseEndsWithTwo(String line) {
        Ran ran = run(line.split(" ", -1));
        assertThat(ran.exit()).as(ran.err()).isEqualTo(2);
        assertThat(ran.out()).isEmpty();
        assertThat(ran.err()).isNotEmpty();
    }

    @Test
    void anUpstreamThatIsTheListenerEndsWithThree() {
        Ran ran = run("run", "--listen", "127.0.0.1:7", "--upstream", "127.0.0.1:7");
        assertThat(ran.exit()).isEqualTo(3);
        assertThat(ran.err())
                .startsWith("--upstream: upstream 127.0.0.1:7 is finspect itself")
                .contains("endless loop");
    }

    @Test
    void anUpstreamThatIsTheAdminPortEndsWithThree() {
        Ran ran = run("run", "--listen", "127.0.0.1:7", "--upstream", "localhost:8", "--admin", "127.0.0.1:8");
        assertThat(ran.exit()).isEqualTo(3);
        assertThat(ran.err()).contains("the admin server: that is an endless loop");
    }

    @Test
    void moreSessionsThanDescriptorsEndWithThree() {
        Ran ran = run("run", "--listen", "127.0.0.1:0", "--upstream", "a:1", "--sessions", "10000000");
        assertThat(ran.exit()).isEqualTo(3);
        assertThat(ran.err()).contains("10000000 sessions need 20000128 file descriptors", "ulimit -n 20000128");
    }

    @Test
    void aPortInUseEndsWithFourAndNamesItsHolder() throws IOException {
        try (ServerSocket holder = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Ran ran = run(
                    "run",
                    "--listen",
                    "127.0.0.1:0",
                    "--listen",
                    "127.0.0.1:" + holder.getLocalPort(),
                    "--upstream",
                    "a:1");
            assertThat(ran.exit()).isEqualTo(4);
            assertThat(ran.err())
                    .contains("127.0.0.1:" + holder.getLocalPort() + " for route 'default': the port is in use by ")
                    .contains("(process " + ProcessHandle.current().pid() + ")");
        }
    }

    @Test
    void anAddressOfAnotherMachineEndsWithFourAndNamesOurs() {
        Ran ran = run("run", "--listen", "192.0.2.1:0", "--upstream", "a:1");
        assertThat(ran.exit()).isEqualTo(4);
        assertThat(ran.err()).contains("this machine does not have that address. It has ", "127.0.0.1");
    }

    @Test
    void routesComeFromTheEnvironmentToo() {
        Ran ran = run(Map.of("FINSPECT_LISTEN", ":5,:6", "FINSPECT_UPSTREAM", "localhost:6"), false, "run");
        assertThat(ran.exit()).isEqualTo(3);
        assertThat(ran.err()).startsWith("FINSPECT_UPSTREAM: upstream localhost:6 is finspect itself");
        ran = run(Map.of("FINSPECT_LISTEN", ":5", "FINSPECT_CONFIG", "some.yaml"), false, "run");
        assertThat(ran.exit()).isEqualTo(2);
    }

    @Test
    void variablesThatLookMistypedAreToldOf() throws IOException {
        Path file = file("routes: [{name: db, listen: ':1', upstream: 'a:3'}]");
        Map<String, String> environment = Map.of("FINSPECT_LOG_FORMT", "json", "FINSPECT_PORT", "tcp://10.0.0.1:80");
        assertThat(run(environment, false, "check", "-c", file.toString()).err())
                .isEqualTo("warning: FINSPECT_LOG_FORMT is not a setting. Did you mean FINSPECT_LOG_FORMAT?\n");
    }

    @Test
    void nobodyToAskIsNotHealthy() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        Ran ran = run("healthcheck", "--admin", "127.0.0.1:" + port);
        assertThat(ran.exit()).isEqualTo(1);
        assertThat(ran.err()).contains("no answer from http://127.0.0.1:" + port + "/readyz");
    }

    @Test
    void theCompletionScriptIsThatOfTheShellAndNamesEveryCommand() {
        for (String shell : List.of("bash", "zsh", "fish")) {
            Ran ran = run(Map.of("SHELL", "/usr/bin/" + shell), false, "completion");
            assertThat(ran.exit()).isZero();
            assertThat(ran.out()).contains("for " + shell).contains(listed());
            assertThat(run("completion", shell)).isEqualTo(ran);
        }
        assertThat(run("completion")).isEqualTo(run("completion", "bash"));
    }

    @Test
    @NeedsPrograms("man")
    void manTakesEveryPageWithoutAWarning() throws Exception {
        String man = Programs.path("man");
        assertThat(run("man", "--dir", directory.toString()).exit()).isZero();
        List<String> names = new java.util.ArrayList<>(
                commands().stream().map(c -> "finspect-" + c).toList());
        names.add("finspect");
        for (String name : names) {
            String page = outputOf(
                    man, "-l", "--warnings", directory.resolve(name + ".1").toString());
            assertThat(page)
                    .contains("NAME", name + " - ", "SYNOPSIS", "EXAMPLES", "EXIT STATUS")
                    .doesNotContain("warning:");
        }
        assertThat(run("man", "run").out()).isEqualTo(Files.readString(directory.resolve("finspect-run.1")));
    }

    private Path file(String text) throws IOException {
        return Files.writeString(directory.resolve("c.yaml"), text);
    }

    private static Ran run(String... args) {
        return run(Map.of(), false, args);
    }

    private static Ran run(Map<String, String> environment, boolean terminal, String... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int exit = Cli.execute(
                context(
                        environment,
                        terminal,
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8)),
                args);
        return new Ran(exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    private static ProcessContext context(
            Map<String, String> environment, boolean terminal, PrintStream out, PrintStream err) {
        return new ProcessContext(java.io.InputStream.nullInputStream(), out, err, environment, terminal, terminal);
    }

    /** Standard output and error of a program. */
    private static String outputOf(String... command) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("MANPAGER", "cat");
        Process process = builder.start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return output;
    }
}
