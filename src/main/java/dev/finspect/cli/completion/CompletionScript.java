package dev.finspect.cli.completion;

import dev.finspect.cli.completion.Completable.Kind;
import dev.finspect.cli.completion.Completable.Option;
import dev.finspect.cli.completion.Completable.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;

/** A completion script for one shell. The IDs of sessions that live come from {@code finspect completion --ids}. */
public final class CompletionScript {
    private CompletionScript() {}

    // bash: two tables as functions, and one function that reads the words before the cursor.

    /** For bash. */
    public static String bash(CommandSpec root) {
        List<Completable> all = Completable.all(root);
        StringBuilder options = new StringBuilder();
        StringBuilder values = new StringBuilder();
        for (Completable each : all) {
            String names = each.options().stream()
                    .flatMap(option -> option.names().stream())
                    .collect(Collectors.joining(" "));
            options.append("        '")
                    .append(each.name())
                    .append("') options='")
                    .append(names)
                    .append("' ;;\n");
            bashValue(each.name(), Stream.of(""), each.argument(), values);
            for (Option option : each.options()) {
                bashValue(each.name(), option.names().stream(), option.value(), values);
            }
        }
        return BASH.replace("@OPTIONS@", options).replace("@VALUES@", values);
    }

    private static void bashValue(String command, Stream<String> options, @Nullable Value value, StringBuilder into) {
        if (value != null) {
            into.append("        ")
                    .append(options.map(option -> "'" + command + " " + option + "'")
                            .collect(Collectors.joining(" | ")))
                    .append(") kind=")
                    .append(kind(value.kind()))
                    .append(value.words().isEmpty() ? "" : " choices='" + String.join(" ", value.words()) + "'")
                    .append(" ;;\n");
        }
    }

    private static String kind(Kind kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }

    private static final String BASH = """
            # Completion of finspect for bash.

            # Sets options to those of the command $1.
            _finspect_options() {
                case $1 in
            @OPTIONS@        *) options= ;;
                esac
            }

            # Sets kind, and choices for words, to what follows the option $2 of the command $1, or stands without an option.
            _finspect_value() {
                kind= choices=
                case "$1 $2" in
            @VALUES@    esac
            }

            _finspect_ids() {
                "${COMP_WORDS[0]}" completion --ids 2> /dev/null | cut -f 1
            }

            _finspect() {
                local current=${COMP_WORDS[COMP_CWORD]} command= option= options= kind= choices= before= i
                COMPREPLY=()
                for ((i = 1; i < COMP_CWORD; i++)); do
                    case ${COMP_WORDS[i]} in
                        -*)
                            _finspect_value "$command" "${COMP_WORDS[i]}"
                            if [[ -n $kind ]]; then
                                option=${COMP_WORDS[i]}
                                ((i++))
                                [[ ${COMP_WORDS[i]} == = ]] && ((i++))
                                ((i < COMP_CWORD)) && option=
                            fi
                            ;;
                        *) [[ -n $command ]] || command=${COMP_WORDS[i]} ;;
                    esac
                done
                [[ $current != = ]] || current=
                if [[ -z $option && $current == -* ]]; then
                    _finspect_options "$command"
                    mapfile -t COMPREPLY < <(compgen -W "$options" -- "$current")
                    return
                fi
                _finspect_value "$command" "$option"
                case $kind in
                    words)
                        [[ $current != *,* ]] || before=${current%,*},
                        mapfile -t COMPREPLY < <(compgen -P "$before" -W "$choices" -- "${current##*,}")
                        ;;
                    files)
                        compopt -o filenames 2> /dev/null
                        mapfile -t COMPREPLY < <(compgen -f -- "$current")
                        ;;
                    directories)
                        compopt -o filenames 2> /dev/null
                        mapfile -t COMPREPLY < <(compgen -d -- "$current")
                        ;;
                    ids) mapfile -t COMPREPLY < <(compgen -W "$(_finspect_ids)" -- "${current^^}") ;;
                    ids_or_files)
                        compopt -o filenames 2> /dev/null
                        mapfile -t COMPREPLY < <(compgen -f -- "$current")
                        [[ ${#COMPREPLY[@]} -gt 0 && -n $current ]] \\
                            || mapfile -t -O ${#COMPREPLY[@]} COMPREPLY < <(compgen -W "$(_finspect_ids)" -- "${current^^}")
                        ;;
                esac
            }

            complete -F _finspect finspect
            """;

    // zsh: the specifications of _arguments, for each command.

    /** For zsh. */
    public static String zsh(CommandSpec root) {
        List<Completable> all = Completable.all(root);
        StringBuilder commands = new StringBuilder();
        StringBuilder cases = new StringBuilder();
        for (Completable each : all.subList(1, all.size())) {
            commands.append("        ")
                    .append(zshQuoted(each.name() + ":" + each.summary()))
                    .append('\n');
            List<String> words = zshOptions(each);
            Value argument = each.argument();
            if (argument != null) {
                words.add("*" + zshValue(argument));
            }
            cases.append("                ").append(each.name()).append(")\n                    _arguments");
            words.forEach(word -> cases.append(" \\\n                        ").append(zshQuoted(word)));
            cases.append("\n                    ;;\n");
        }
        String general = zshOptions(all.get(0)).stream()
                .map(word -> "        " + zshQuoted(word) + " \\\n")
                .collect(Collectors.joining());
        return ZSH.replace("@COMMANDS@", commands).replace("@OPTIONS@", general).replace("@CASES@", cases);
    }

    private static List<String> zshOptions(Completable command) {
        List<String> words = new ArrayList<>();
        for (Option option : command.options()) {
            for (String name : option.names()) {
                Value value = option.value();
                String sign = value == null ? "" : name.startsWith("--") ? "=" : "+";
                words.add((option.repeatable() ? "*" : "")
                        + name + sign + "["
                        + option.summary()
                                .replace("\\", "\\\\")
                                .replace("[", "\\[")
                                .replace("]", "\\]") + "]"
                        + (value == null ? "" : zshValue(value)));
            }
        }
        return words;
    }

    private static String zshValue(Value value) {
        String words = String.join(" ", value.words());
        String action = switch (value.kind()) {
            case WORDS -> value.list() ? "{_values -s , value " + words + "}" : "(" + words + ")";
            case FILES -> "_files";
            case DIRECTORIES -> "_files -/";
            case IDS -> "_finspect_ids";
            case IDS_OR_FILES -> "{_files; _finspect_ids}";
            case OTHER -> " ";
        };
        return ":" + value.label().replace(":", "\\:") + ":" + action;
    }

    private static String zshQuoted(String text) {
        return "'" + text.replace("'", "'\\''") + "'";
    }

    private static final String ZSH = """
            #compdef finspect
            # Completion of finspect for zsh.

            _finspect_ids() {
                local -a ids
                ids=(${(f)"$($finspect_program completion --ids 2> /dev/null)"})
                ids=(${ids//:/\\\\:})
                ids=(${ids/$'\\t'/:})
                _describe -V session ids
            }

            _finspect() {
                local finspect_program=${(Q)words[1]} state state_descr line
                local -a commands
                typeset -A opt_args
                commands=(
            @COMMANDS@    )
                _arguments -C \\
            @OPTIONS@        '1:command:->command' '*::argument:->argument'
                case $state in
                    command) _describe command commands ;;
                    argument)
                        case $words[1] in
            @CASES@            esac
                        ;;
                esac
            }

            if [[ ${funcstack[1]} == _finspect ]]; then
                _finspect "$@"
            else
                compdef _finspect finspect
            fi
            """;

    // fish: a statement for each thing that can be completed.

    /** For fish. */
    public static String fish(CommandSpec root) {
        List<Completable> all = Completable.all(root);
        StringBuilder script = new StringBuilder("# Completion of finspect for fish.\n\ncomplete -c finspect -f\n");
        for (Completable each : all) {
            String condition =
                    each.name().isEmpty() ? "__fish_use_subcommand" : "__fish_seen_subcommand_from " + each.name();
            String begin = "complete -c finspect -n " + fishQuoted(condition);
            script.append('\n');
            Value argument = each.argument();
            if (each.name().isEmpty()) {
                for (Completable command : all.subList(1, all.size())) {
                    fishLine(script, begin, " -a " + command.name(), command.summary());
                }
            } else if (argument != null && argument.kind() != Kind.OTHER) {
                fishLine(script, begin, fishValue(argument, false), argument.label());
            }
            for (Option option : each.options()) {
                Value value = option.value();
                fishLine(
                        script,
                        begin,
                        fishNames(option) + (value == null ? "" : fishValue(value, true)),
                        option.summary());
            }
        }
        return script.toString();
    }

    private static void fishLine(StringBuilder script, String begin, String what, String summary) {
        script.append(begin)
                .append(what)
                .append(" -d ")
                .append(fishQuoted(summary))
                .append('\n');
    }

    private static String fishNames(Option option) {
        return option.names().stream()
                .map(name -> name.startsWith("--") ? " -l " + name.substring(2) : " -s " + name.substring(1))
                .collect(Collectors.joining());
    }

    private static String fishValue(Value value, boolean ofOption) {
        // -x: a value must follow, and no file does.
        String noFile = ofOption ? " -x" : "";
        String ids = "(finspect completion --ids 2> /dev/null)";
        String words = String.join(" ", value.words());
        return switch (value.kind()) {
            case WORDS -> noFile + " -a " + fishQuoted(value.list() ? "(__fish_append , " + words + ")" : words);
            case FILES -> (ofOption ? " -r" : "") + " -F";
            case DIRECTORIES -> noFile + " -a '(__fish_complete_directories)'";
            case IDS -> noFile + " -k -a " + fishQuoted(ids);
            case IDS_OR_FILES -> (ofOption ? " -r" : "") + " -F -k -a " + fishQuoted(ids);
            case OTHER -> noFile;
        };
    }

    private static String fishQuoted(String text) {
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
    }
}
