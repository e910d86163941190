package dev.finspect.wire.trace;

import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How the kernel lays out one kind of trace event, and the names of its numbers: the file {@code events/GROUP/NAME/format} of
 * tracefs (Documentation/trace/events.rst). Offsets and numbers change between kernels; names seldom do.
 *
 * @param name of the event
 * @param id the number that each event of this kind begins with
 * @param fields by name
 * @param names for the numbers of a field, by the field's name; without those that the file does not give as numbers
 */
public record EventFormat(String name, int id, Map<String, Field> fields, Map<String, Map<Integer, String>> names) {
    private static final Pattern NAME = Pattern.compile("(?m)^name:\\s*(\\S+)");
    private static final Pattern ID = Pattern.compile("(?m)^ID:\\s*(\\d{1,9})\\s*$");
    private static final Pattern FIELD =
            Pattern.compile("(?m)^\\s*field:[^;]*?(\\w+)(?:\\[[^;]*])?;\\s*offset:(\\d{1,6});\\s*size:(\\d{1,6});");
    private static final Pattern NAMED = Pattern.compile("__print_symbolic\\(\\s*REC->(\\w+)\\s*,([^)]*)\\)");
    private static final Pattern NUMBER = Pattern.compile("\\{\\s*(\\d{1,9})\\s*,\\s*\"([^\"]*)\"\\s*}");

    /**
     * Where a field is.
     *
     * @param offset from the beginning of the event
     * @param size in bytes
     */
    public record Field(int offset, int size) {
        /** Where what comes after it begins. */
        public int end() {
            return offset + size;
        }
    }

    /** Reads such a file; null where it is none. */
    public static @Nullable EventFormat parse(String text) {
        Matcher name = NAME.matcher(text);
        Matcher id = ID.matcher(text);
        if (!name.find() || !id.find()) {
            return null;
        }
        Map<String, Field> fields = new HashMap<>();
        for (Matcher field = FIELD.matcher(text); field.find(); ) {
            fields.put(field.group(1), new Field(Integer.parseInt(field.group(2)), Integer.parseInt(field.group(3))));
        }
        Map<String, Map<Integer, String>> names = new HashMap<>();
        for (Matcher named = NAMED.matcher(text); named.find(); ) {
            names.put(named.group(1), numbers(named.group(2)));
        }
        return new EventFormat(name.group(1), Integer.parseInt(id.group(1)), Map.copyOf(fields), Map.copyOf(names));
    }

    private static Map<Integer, String> numbers(String text) {
        Map<Integer, String> numbers = new HashMap<>();
        for (Matcher number = NUMBER.matcher(text); number.find(); ) {
            numbers.put(Integer.parseInt(number.group(1)), number.group(2));
        }
        return Map.copyOf(numbers);
    }

    /** Where a field is; null where the kernel has none of that name, or not of so many bytes. */
    @Nullable
    Field field(String fieldName, int... sizes) {
        Field field = fields.get(fieldName);
        if (field == null) {
            return null;
        }
        for (int size : sizes) {
            if (field.size() == size) {
                return field;
            }
        }
        return null;
    }

    /** The kernel's name for a number of a field; the number itself where it has none. */
    String named(String fieldName, int number) {
        return names.getOrDefault(fieldName, Map.of()).getOrDefault(number, Integer.toString(number));
    }
}
