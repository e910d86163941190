package dev.finspect.log.compact;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The fields of a line, or of the items of a list, in their order; fields of one object stand together. Immutable.
 *
 * @param <T> what the line or item is about
 */
final class Table<T> {
    private final String words;
    private final List<Field<T>> fields;
    private final Group[] groups;

    /** {@code words} say what it is about. */
    @SafeVarargs
    Table(String words, List<Field<T>>... fields) {
        this.words = words;
        this.fields = java.util.Arrays.stream(fields).flatMap(List::stream).toList();
        Map<String, Group> known = new HashMap<>();
        known.put("", Group.TOP);
        groups = this.fields.stream().map(field -> group(field.path(), known)).toArray(Group[]::new);
    }

    private static Group group(String path, Map<String, Group> known) {
        String above = path.substring(0, Math.max(0, path.lastIndexOf('.')));
        Group group = known.get(above);
        if (group == null) {
            group = group(above, known).inner(above.substring(above.lastIndexOf('.') + 1));
            known.put(above, group);
        }
        return group;
    }

    /** Writes an object. */
    void write(T what, CompactWriter out) {
        Group outside = out.begin();
        for (int i = 0; i < groups.length; i++) {
            out.next(groups[i]);
            fields.get(i).write(what, out);
        }
        out.end(outside);
    }

    String words() {
        return words;
    }

    List<Field<T>> fields() {
        return fields;
    }
}
