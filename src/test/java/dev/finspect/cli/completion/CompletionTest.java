package dev.finspect.cli.completion;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.cli.Cli;
import dev.finspect.cli.process.ProcessContext;
import dev.finspect.lab.NeedsPrograms;
import dev.finspect.lab.Programs;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each shell, asked what it offers behind a line, in a directory with files and with a finspect that has two sessions. */
final class CompletionTest {
    /** A line, and what a shell may offer behind it. */
    private static final Map<String, List<String>> OFFERS = Map.ofEntries(
            Map.entry("finspect che", List.of("check")),
            Map.entry("finspect read ", List.of("b.pcap", "captures", "one two.pcap")),
            Map.entry("finspect read b", List.of("b.pcap")),
            Map.entry("finspect explain capt", List.of("captures")),
            Map.entry("finspect explain 1K", List.of("1K8ZQ4T9BXA", "1K8ZR000000")),
            Map.entry("finspect run --engine ", List.of("auto", "epoll", "nio")),
            Map.entry("finspect run --engine e", List.of("epoll")),
            Map.entry("finspect run -c b", List.of("b.pcap")),
            Map.entry("finspect run --save-pcap ", List.of("captures")),
            Map.entry("finspect watch --save-pcap ", List.of("captures")),
            Map.entry("finspect run --listen ", List.of()),
            Map.entry("finspect read -o t", List.of("table", "text")),
            Map.entry("finspect --color ", List.of("always", "auto", "never")),
            Map.entry("finspect intercept a", List.of("apply")),
            Map.entry("finspect help expl", List.of("explain")));

    @TempDir
    private Path directory;

    /** Scripts and the program, beside what is completed. */
    @TempDir
    private Path bin;

    @BeforeEach
    void files() throws IOException {
        Files.createFile(directory.resolve("b.pcap"));
        Files.createFile(directory.resolve("one two.pcap"));
        Files.createDirectory(directory.resolve("captures"));
        Path program = bin.resolve("finspect");
        Files.writeString(program, """
                #!/bin/sh
                [ "$1 $2" = 'completion --ids' ] && printf '1K8ZQ4T9BXA\\tdb, hangs\\n1K8ZR000000\\tdb\\n'
                """);
        assertThat(program.toFile().setExecutable(true)).isTrue();
        for (String shell : List.of("bash", "zsh", "fish")) {
            Files.writeString(bin.resolve(shell), script(shell));
        }
    }

    @Test
    @NeedsPrograms("bash")
    void bashOffersCommandsValuesFilesAndSessions() throws Exception {
        String ask = "compopt() { :; }; source \"$2\"; read -ra COMP_WORDS <<< \"$1\";"
                + " [[ $1 != *' ' ]] || COMP_WORDS+=(''); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _finspect;"
                + " printf '%s\\n' \"${COMPREPLY[@]}\"";
        for (Map.Entry<String, List<String>> offer : OFFERS.entrySet()) {
            assertThat(offered(
                            Programs.path("bash"),
                            "-c",
                            ask,
                            "bash",
                            offer.getKey(),
                            bin.resolve("bash").toString()))
                    .as(offer.getKey())
                    .isEqualTo(offer.getValue());
        }
        assertThat(offered(
                        Programs.path("bash"),
                        "-c",
                        ask,
                        "bash",
                        "finspect run --engine = n",
                        bin.resolve("bash").toString()))
                .as("bash splits words at =")
                .containsExactly("nio");
        assertThat(offered(
                        Programs.path("bash"),
                        "-c",
                        ask,
                        "bash",
                        "finspect explain --fail-on any,idl",
                        bin.resolve("bash").toString()))
                .containsExactly("any,idle");
        assertThat(offered(
                        Programs.path("bash"),
                        "-c",
                        ask,
                        "bash",
                        "finspect check --res",
                        bin.resolve("bash").toString()))
                .containsExactly("--resolve");
    }

    @Test
    @NeedsPrograms("zsh")
    void zshOffersTheSame() throws Exception {
        Path asks = bin.resolve("offers.zsh");
        try (InputStream script = Objects.requireNonNull(CompletionTest.class.getResourceAsStream("offers.zsh"))) {
            Files.copy(script, asks);
        }
        for (Map.Entry<String, List<String>> offer : OFFERS.entrySet()) {
            assertThat(offered(
                            Programs.path("zsh"),
                            asks.toString(),
                            offer.getKey(),
                            bin.resolve("zsh").toString()))
                    .as(offer.getKey())
                    .isEqualTo(offer.getValue().stream()
                            .map(each -> each.replace(" ", "\\ "))
                            .toList());
        }
    }

    @Test
    @NeedsPrograms("fish")
    void fishOffersTheSame() throws Exception {
        for (Map.Entry<String, List<String>> offer : OFFERS.entrySet()) {
            String ask = "source " + bin.resolve("fish") + "; complete -C '" + offer.getKey() + "'";
            assertThat(offered(Programs.path("fish"), "--no-config", "-c", ask))
                    .as(offer.getKey())
                    .isEqualTo(offer.getValue());
        }
        assertThat(offered(
                        Programs.path("fish"),
                        "--no-config",
                        "-c",
                        "source " + bin.resolve("fish") + "; complete -C 'finspect explain --fail-on any,idl'"))
                .containsExactly("any,idle");
    }

    /** The first column of what the shell prints, sorted, directories without their slash. */
    private List<String> offered(String... command) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
        Map<String, String> environment = builder.environment();
        environment.put("PATH", bin + ":" + environment.get("PATH"));
        environment.put("HOME", directory.toString());
        environment.put("TERM", "xterm");
        Path errors = bin.resolve("errors");
        Process shell = builder.redirectError(errors.toFile()).start();
        shell.getOutputStream().close();
        String output = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(shell.waitFor(2, TimeUnit.MINUTES)).isTrue();
        assertThat(Files.readString(errors))
                .as("errors of %s", String.join(" ", command))
                .isEmpty();
        return output.lines()
                .map(line -> line.replaceFirst("\t.*", "").replaceFirst("/$", ""))
                .filter(line -> !line.isEmpty())
                .sorted()
                .collect(Collectors.toList());
    }

    private static String script(String shell) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8);
        int exit = Cli.execute(
                new ProcessContext(InputStream.nullInputStream(), stream, System.err, Map.of(), false, false),
                "completion",
                shell);
        assertThat(exit).isZero();
        return out.toString(StandardCharsets.UTF_8);
    }
}
