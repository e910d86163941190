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

/** A command's manual page in the man macros of troff (man(7)), generated from the model of its help. */
final class ManPage {
    private final CommandSpec spec;
    private final StringBuilder page = new StringBuilder();

    private ManPage(CommandSpec spec) {
        this.spec = spec;
    }

    /** The text of a command's page. */
    static String of(CommandSpec spec) {
        return new ManPage(spec).write();
    }

    /** The name of a command's page for man(1): {@code finspect-run}. */
    static String name(CommandSpec spec) {
        return spec.qualifiedName("-");
    }

    private String write() {
        String name = name(spec);
        line(".TH \"" + name.toUpperCase(Locale.ROOT) + "\" \"1\" \"\" \"finspect " + Version.number()
                + "\" \"finspect manual\"");
        // No hyphenation and no justification, so that options and addresses can be copied.
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
        return new CommandLine.Help(spec, CommandLine.Help.defaultColorScheme(Ansi.OFF))
                .synopsis(0)
                .replaceAll("\\s+", " ")
                .strip();
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
        tagged("\\fBFINSPECT_CONFIG\\fR", "The configuration file, if the command line names none.");
        tagged(
                "\\fBFINSPECT_LISTEN\\fR, \\fBFINSPECT_UPSTREAM\\fR, \\fBFINSPECT_NAME\\fR",
                "One route, as with the flags of the same names; separate list items by commas.");
        tagged(
                "\\fBFINSPECT_\\fR\\fIKEY\\fR",
                "Any configuration key outside of routes, for example FINSPECT_LOG_FORMAT for log.format."
                        + " Overrides the file; a flag overrides it.");
        tagged("\\fBNO_COLOR\\fR", "If set and not empty, disables colours unless --color=always.");
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
