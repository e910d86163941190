package dev.finspect.cli.completion;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * A command as a shell completes it.
 *
 * @param name empty for the program itself, before a command is written
 * @param summary one sentence
 * @param options without the hidden ones
 * @param argument what stands without an option; null where nothing does
 */
record Completable(
        String name,
        String summary,
        List<Option> options,
        @Nullable Value argument) {
    /** The label of a command's name. */
    private static final String COMMAND = "COMMAND";

    /** What a value is. */
    enum Kind {
        /** One of some words. */
        WORDS,
        FILES,
        DIRECTORIES,
        /** The ID of a session that lives. */
        IDS,
        IDS_OR_FILES,
        /** Nothing that a shell could complete. */
        OTHER
    }

    /**
     * What follows an option, or stands without one.
     *
     * @param label as in the help
     * @param words for {@link Kind#WORDS}
     * @param list whether several are separated by commas
     */
    record Value(String label, Kind kind, List<String> words, boolean list) {
        private static Value of(ArgSpec argument) {
            List<String> words = words(argument);
            Kind kind = words.isEmpty() ? kind(argument) : Kind.WORDS;
            return new Value(argument.paramLabel(), kind, words, ",".equals(argument.splitRegex()));
        }

        /** The words of the label say what it is. */
        private static Kind kind(ArgSpec argument) {
            List<String> label = List.of(argument.paramLabel().split("[^A-Z]+", -1));
            boolean file = label.contains("FILE") || argument.type() == Path.class;
            if (label.contains("DIR")) {
                return Kind.DIRECTORIES;
            }
            if (label.contains("ID")) {
                return file ? Kind.IDS_OR_FILES : Kind.IDS;
            }
            return file ? Kind.FILES : Kind.OTHER;
        }

        private static List<String> words(ArgSpec argument) {
            List<String> words = new ArrayList<>();
            Iterable<String> candidates = argument.completionCandidates();
            if (candidates != null) {
                candidates.forEach(words::add);
            } else if (argument.type().isEnum()) {
                Arrays.stream(argument.type().getEnumConstants())
                        .map(Object::toString)
                        .forEach(words::add);
            }
            return List.copyOf(words);
        }
    }

    /**
     * An option.
     *
     * @param names with their dashes, the short one first
     * @param summary one sentence
     * @param value null for a flag
     * @param repeatable whether it may stand more than once
     */
    record Option(
            List<String> names, String summary, @Nullable Value value, boolean repeatable) {
        private static Option of(OptionSpec option) {
            return new Option(
                    Arrays.stream(option.names())
                            .sorted(Comparator.comparingInt(String::length))
                            .toList(),
                    sentence(option.description()),
                    option.arity().max() > 0 ? Value.of(option) : null,
                    option.isMultiValue());
        }
    }

    /** The program itself, then every command that its help lists. */
    static List<Completable> all(CommandSpec root) {
        List<Completable> all = new ArrayList<>();
        List<CommandSpec> commands = root.subcommands().values().stream()
                .map(CommandLine::getCommandSpec)
                .distinct()
                .filter(command -> !command.usageMessage().hidden())
                .toList();
        List<String> names = commands.stream().map(CommandSpec::name).toList();
        all.add(of(root, "", new Value(COMMAND, Kind.WORDS, names, false)));
        for (CommandSpec command : commands) {
            List<PositionalParamSpec> arguments = command.positionalParameters();
            all.add(of(command, command.name(), arguments.isEmpty() ? null : argument(arguments.get(0), names)));
        }
        return all;
    }

    private static Value argument(PositionalParamSpec argument, List<String> commands) {
        return argument.paramLabel().equals(COMMAND)
                ? new Value(COMMAND, Kind.WORDS, commands, false)
                : Value.of(argument);
    }

    private static Completable of(CommandSpec command, String name, @Nullable Value argument) {
        List<Option> options = command.options().stream()
                .filter(option -> !option.hidden())
                .map(Option::of)
                .toList();
        return new Completable(name, sentence(command.usageMessage().header()), options, argument);
    }

    /** The first sentence, without markup. */
    private static String sentence(String... lines) {
        String text = Ansi.OFF.string(String.format(String.join(" ", lines))).strip();
        int end = text.indexOf(". ");
        String first = end < 0 ? text : text.substring(0, end);
        return first.endsWith(".") ? first.substring(0, first.length() - 1) : first;
    }
}
