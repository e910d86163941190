package dev.finspect.cli;

import dev.finspect.cli.process.Version;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** Writes a command's manual page, in the man macros of troff (man(7)), out of the same model as its help. */
final class ManPage {
    private final CommandSpec spec;
    private final StringBuilder page = new StringBuilder();

    private ManPage(CommandSpec spec) {
        this.spec = spec;
    }

    /** The page of a command. */
    static String of(CommandSpec spec) {
        return new ManPage(spec).write();
    }

    /** The name of its page, as man(1) takes it: {@code finspect-run}. */
    static String name(CommandSpec spec) {
        return spec.qualifiedName("-");
    }

    private String write() {
        String name = name(spec);
        line(".TH \"" + name.toUpperCase(Locale.ROOT) + "\" \"1\" \"\" \"finspect " + Version.number()
                + "\" \"finspect manual\"");
        // No hyphenation and no adjusting: options and addresses stay as they are typed.
        line(".nh");
        line(".ad l");
        section("NAME");
        line(escaped(name) + " \\- " + escaped(flat(spec.usageMessage().header())));
        section("SYNOPSIS");
        line("\\fB" + escaped(synopsis()) + "\\fR");
        description();
        options();
        commands();
        examples();
        exitStatus();
        environment();
        seeAlso();
        return page.toString();
    }

    private String synopsis() {
        return spec.commandLine().getHelp().synopsis(0).replaceAll("\\s+", " ").strip();
    }

    private void description() {
        String text = flat(spec.usageMessage().description());
        section("DESCRIPTION");
        line(escaped(text.isEmpty() ? flat(spec.usageMessage().header()) : text));
    }

    private void options() {
        section("OPTIONS");
        for (PositionalParamSpec parameter : spec.positionalParameters()) {
            tagged("\\fI" + escaped(parameter.paramLabel()) + "\\fR", flat(parameter.description()));
        }
        for (OptionSpec option : spec.options()) {
            if (!option.hidden()) {
                String names = Arrays.stream(option.names())
                        .map(n -> "\\fB" + escaped(n) + "\\fR")
                        .collect(Collectors.joining(", "));
                boolean takesValue = option.arity().max() > 0;
                tagged(
                        takesValue ? names + " \\fI" + escaped(option.paramLabel()) + "\\fR" : names,
                        flat(option.description()));
            }
        }
    }

    private void commands() {
        List<CommandLine> commands = spec.subcommands().values().stream()
                .filter(c -> !c.getCommandSpec().usageMessage().hidden())
                .distinct()
                .toList();
        if (!commands.isEmpty()) {
            section("COMMANDS");
            commands.forEach(c -> tagged(
                    "\\fB" + escaped(c.getCommandName()) + "\\fR",
                    flat(c.getCommandSpec().usageMessage().header())));
        }
    }

    private void examples() {
        section("EXAMPLES");
        line(".nf");
        for (String example : spec.usageMessage().footer()) {
            line(escaped(example.strip()));
        }
        line(".fi");
    }

    private void exitStatus() {
        Map<String, String> codes = spec.root().usageMessage().exitCodeList();
        section("EXIT STATUS");
        codes.forEach((code, meaning) -> tagged("\\fB" + code + "\\fR", meaning));
    }

    private void environment() {
        section("ENVIRONMENT");
        tagged("\\fBFINSPECT_CONFIG\\fR", "The configuration to use when none is named.");
        tagged(
                "\\fBFINSPECT_LISTEN\\fR, \\fBFINSPECT_UPSTREAM\\fR, \\fBFINSPECT_NAME\\fR",
                "One route, as the flags give it; lists with commas.");
        tagged(
                "\\fBFINSPECT_\\fR\\fIKEY\\fR",
                "Any key of the configuration that is not a route's, for example FINSPECT_LOG_FORMAT for log.format."
                        + " Stronger than the file, weaker than a flag.");
        tagged("\\fBNO_COLOR\\fR", "When set and not empty, nothing is coloured unless --color=always.");
    }

    private void seeAlso() {
        List<String> others = spec.root().subcommands().values().stream()
                .distinct()
                .map(c -> name(c.getCommandSpec()))
                .filter(n -> !n.equals(name(spec)))
                .collect(Collectors.toList());
        if (spec != spec.root()) {
            others.add(0, name(spec.root()));
        }
        section("SEE ALSO");
        line(others.stream().map(n -> "\\fB" + escaped(n) + "\\fR(1)").collect(Collectors.joining(",\n")));
    }

    private void section(String title) {
        line(".SH " + title);
    }

    private void tagged(String tag, String text) {
        line(".TP");
        line(tag);
        line(escaped(text));
    }

    private void line(String line) {
        page.append(line).append('\n');
    }

    private static String flat(String... lines) {
        String text = Arrays.stream(lines).map(String::format).collect(Collectors.joining(" "));
        return Ansi.OFF.string(text).replaceAll("\\s+", " ").strip();
    }

    private static String escaped(String text) {
        String safe = text.replace("\\", "\\e").replace("-", "\\-");
        return safe.startsWith(".") || safe.startsWith("'") ? "\\&" + safe : safe;
    }
}
