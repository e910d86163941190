package dev.finspect.cli.config;

import dev.finspect.relay.PortRange;
import dev.finspect.tcp.Suggestions;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Syntax of numbers, choices, durations, sizes and names. */
public final class Scalars {
    private static final Pattern QUANTITY = Pattern.compile("(\\d{1,18})\\s?([A-Za-z]*)");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");
    private static final Pattern USER_AND_GROUP = Pattern.compile("[^\\s:]{1,256}(:[^\\s:]{1,256})?");
    private static final Pattern FILE_MODES = Pattern.compile("0?6[0246]{2}");
    private static final Map<String, Duration> DURATIONS = Map.of(
            "ms", Duration.ofMillis(1),
            "s", Duration.ofSeconds(1),
            "m", Duration.ofMinutes(1),
            "h", Duration.ofHours(1),
            "d", Duration.ofDays(1));
    private static final Map<String, Long> SIZES = Map.of(
            "", 1L,
            "b", 1L,
            "k", 1L << 10,
            "kib", 1L << 10,
            "m", 1L << 20,
            "mib", 1L << 20,
            "g", 1L << 30,
            "gib", 1L << 30);

    private static final int MOST_PORT = 65_535;

    private Scalars() {}

    /** A port, or a range of ports: first and last with a dash between. */
    public static final Syntax<PortRange> PORTS = text -> {
        String[] ends = text.split("-", 2);
        Syntax<Long> port = number(1, MOST_PORT);
        int first = port.parse(ends[0].strip()).intValue();
        int last = ends.length == 1 ? first : port.parse(ends[1].strip()).intValue();
        if (last < first) {
            throw new InvalidValueException(
                    quoted(text) + " ends before it starts", "Write the lower port first, for example 8000-8100.");
        }
        return new PortRange(first, last);
    };

    /** A system user, optionally followed by a colon and a group. */
    public static final Syntax<String> USER = text -> {
        if (!USER_AND_GROUP.matcher(text).matches()) {
            throw new InvalidValueException(
                    quoted(text) + " is not a user", "Write its name or number, for example finspect or 1000:1000.");
        }
        return text;
    };

    /** Permissions of a file in octal digits, such as {@code 0640}; its owner must be able to read and write it. */
    public static final Syntax<Set<PosixFilePermission>> FILE_MODE = text -> {
        if (!FILE_MODES.matcher(text).matches()) {
            throw new InvalidValueException(
                    quoted(text) + " is not the mode of a log file",
                    "Write octal digits with which the owner can read and write, for example 0640 or 0600.");
        }
        int bits = Integer.parseInt(text, 8);
        Set<PosixFilePermission> mode = EnumSet.noneOf(PosixFilePermission.class);
        PosixFilePermission[] highestFirst = PosixFilePermission.values();
        for (int i = 0; i < highestFirst.length; i++) {
            if ((bits & (1 << (highestFirst.length - 1 - i))) != 0) {
                mode.add(highestFirst[i]);
            }
        }
        return Collections.unmodifiableSet(mode);
    };

    /** {@code true} or {@code false}. */
    public static final Syntax<Boolean> BOOLEAN = text -> switch (text) {
        case "true" -> true;
        case "false" -> false;
        default -> throw new InvalidValueException(quoted(text) + " is neither true nor false", "Write true or false.");
    };

    /** A word for labels and records: letters, digits, {@code . _ -}, at most 63. */
    public static final Syntax<String> NAME_SYNTAX = text -> {
        if (!NAME.matcher(text).matches()) {
            throw new InvalidValueException(
                    quoted(text) + " is not a valid name",
                    "Use at most 63 letters, digits, '.', '_' or '-', starting with a letter or a digit.");
        }
        return text;
    };

    /** An integer within bounds, decimal or {@code 0x} hexadecimal. */
    public static Syntax<Long> number(long least, long most) {
        return text -> {
            long value;
            try {
                value = text.startsWith("0x") ? Long.parseLong(text.substring(2), 16) : Long.parseLong(text);
            } catch (NumberFormatException e) {
                throw new InvalidValueException(
                        quoted(text) + " is not a whole number", "Write a number from " + least + " to " + most + ".");
            }
            if (value < least || value > most) {
                throw new InvalidValueException(
                        text + " is out of range", "Write a number from " + least + " to " + most + ".");
            }
            return value;
        };
    }

    /** One of an enum's constants in lower case. */
    public static <E extends Enum<E>> Syntax<E> choice(Class<E> type) {
        return choice(type, e -> e.name().toLowerCase(Locale.ROOT));
    }

    /** One of the constants of {@code type}, by these words. */
    static <E extends Enum<E>> Syntax<E> choice(Class<E> type, Function<E, String> word) {
        List<String> words = Arrays.stream(type.getEnumConstants()).map(word).toList();
        return text -> {
            int at = words.indexOf(text);
            if (at < 0) {
                throw new InvalidValueException(
                        quoted(text) + " is not a valid value",
                        "Write " + String.join(" or ", words) + "." + Suggestions.question(text, words));
            }
            return type.getEnumConstants()[at];
        };
    }

    /** A number with {@code ms}, {@code s}, {@code m}, {@code h} or {@code d}. */
    public static Syntax<Duration> duration(Duration least, Duration most) {
        return text -> {
            Matcher matcher = QUANTITY.matcher(text);
            Duration unit = matcher.matches() ? DURATIONS.get(matcher.group(2)) : null;
            if (unit == null) {
                throw new InvalidValueException(
                        quoted(text) + " is not a duration",
                        "Write a whole number with its unit (ms, s, m, h, d), for example 500ms, 10s or 1m.");
            }
            long count = Long.parseLong(matcher.group(1));
            if (count > most.toMillis() / unit.toMillis()
                    || unit.multipliedBy(count).compareTo(least) < 0) {
                throw new InvalidValueException(
                        text + " is out of range",
                        "Write a duration from " + shown(least) + " to " + shown(most) + ".");
            }
            return unit.multipliedBy(count);
        };
    }

    /** A number of bytes, or one with {@code k}, {@code m}, {@code g} or {@code KiB}, {@code MiB}, {@code GiB}. */
    public static Syntax<Long> size(long least, long most) {
        return text -> {
            Matcher matcher = QUANTITY.matcher(text);
            String word = matcher.matches() ? matcher.group(2).toLowerCase(Locale.ROOT) : "?";
            Long unit = SIZES.get(word);
            if (unit == null) {
                boolean decimal = List.of("kb", "mb", "gb").contains(word);
                throw new InvalidValueException(
                        decimal
                                ? quoted(text) + " is ambiguous: powers of 1000 or of 1024"
                                : quoted(text) + " is not a size",
                        "Write bytes as a whole number, or with k, m, g or KiB, MiB, GiB (powers of 1024),"
                                + " for example 64k or 8MiB.");
            }
            long count = Long.parseLong(matcher.group(1));
            if (count > most / unit || count * unit < least) {
                throw new InvalidValueException(
                        text + " is out of range", "Write a size from " + bytes(least) + " to " + bytes(most) + ".");
            }
            return count * unit;
        };
    }

    /** The duration as written in a configuration file. */
    public static String shown(Duration duration) {
        for (String unit : List.of("d", "h", "m", "s")) {
            long millis = DURATIONS.getOrDefault(unit, Duration.ZERO).toMillis();
            if (duration.toMillis() >= millis && duration.toMillis() % millis == 0) {
                return duration.toMillis() / millis + unit;
            }
        }
        return duration.toMillis() + "ms";
    }

    /** The size as written in a configuration file. */
    public static String bytes(long size) {
        String[] units = {"", "KiB", "MiB", "GiB"};
        int unit = 0;
        while (unit < 3 && size >= 1024 && size % 1024 == 0) {
            size /= 1024;
            unit++;
        }
        return size + units[unit];
    }

    /** The text in quotes, shortened to fit a line. */
    static String quoted(String text) {
        return "'" + (text.length() > 60 ? text.substring(0, 60) + "..." : text) + "'";
    }
}
