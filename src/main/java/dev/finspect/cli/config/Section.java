package dev.finspect.cli.config;

import static dev.finspect.cli.config.Scalars.quoted;

import dev.finspect.tcp.Suggestions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A mapping that is being read. Each read declares its key, so that there is no separate list of keys; {@link #end} reports
 * every other key as unknown.
 */
final class Section {
    private final ReadContext reading;
    private final String path;
    private final String title;
    private final Location location;
    private final Map<String, Tree.Entry> entries;
    private final Set<String> asked = new LinkedHashSet<>();

    /**
     * @param path of its keys, with a trailing dot; empty at the top
     * @param title its name in problems
     */
    Section(ReadContext reading, String path, String title, Location location, Map<String, Tree.Entry> entries) {
        this.reading = reading;
        this.path = path;
        this.title = title;
        this.location = location;
        this.entries = entries;
    }

    Location location() {
        return location;
    }

    /** The value of a key that takes one text; an override replaces the file's. */
    <T> Optional<Located<T>> located(String key, Syntax<T> syntax) {
        Optional<Located<T>> written = written(key).flatMap(tree -> one(key, tree, syntax));
        Optional<Located<String>> stronger = reading.overrides.find(path + key);
        return stronger.isEmpty()
                ? written
                : parse(key, stronger.get().value(), stronger.get().location(), syntax);
    }

    /** The value without its location; empty if it is missing or invalid. */
    <T> Optional<T> optional(String key, Syntax<T> syntax) {
        return located(key, syntax).map(Located::value);
    }

    /** The value without its location; the fallback if it is missing or invalid. */
    <T> T value(String key, Syntax<T> syntax, T fallback) {
        return optional(key, syntax).orElse(fallback);
    }

    /** The values of a key that takes one text or a list of texts; an override, with commas between, replaces the file's. */
    <T> List<Located<T>> list(String key, Syntax<T> syntax) {
        List<Located<T>> values = new ArrayList<>();
        Optional<Located<String>> stronger = reading.overrides.find(path + key);
        if (stronger.isPresent()) {
            written(key);
            for (String each : stronger.get().value().split(",", -1)) {
                parse(key, each.strip(), stronger.get().location(), syntax).ifPresent(values::add);
            }
            return values;
        }
        written(key).ifPresent(tree -> {
            for (Tree item : tree instanceof Tree.Items items ? items.items() : List.of(tree)) {
                one(key, item, syntax).ifPresent(values::add);
            }
        });
        return values;
    }

    /** The values of such a key without their locations. */
    <T> List<T> values(String key, Syntax<T> syntax) {
        return list(key, syntax).stream().map(Located::value).toList();
    }

    /** The texts below a key, by arbitrary names. */
    Map<String, String> texts(String key) {
        Map<String, String> texts = new LinkedHashMap<>();
        written(key).ifPresent(tree -> {
            if (tree instanceof Tree.Keys keys) {
                keys.entries()
                        .forEach((name, entry) -> one(key + "." + name, entry.value(), text -> text)
                                .ifPresent(text -> texts.put(name, text.value())));
            } else if (!(tree instanceof Tree.Broken)) {
                reading.report(
                        tree.location(),
                        quoted(key) + " must contain names with a text each",
                        "Write 'name: text' lines below it.");
            }
        });
        return texts;
    }

    /** Whether the file has this key, valid or not. */
    boolean has(String key) {
        return entries.containsKey(key);
    }

    /** The mapping of a key; empty if it is missing or invalid. */
    Section section(String key) {
        String name = title.isEmpty() ? key : title + "." + key;
        return section(path + key + ".", name, written(key).orElse(new Tree.Keys(location, Map.of())));
    }

    /** The mappings of a key that takes a list of mappings. */
    List<Section> sections(String key) {
        List<Section> sections = new ArrayList<>();
        written(key).ifPresent(tree -> {
            if (tree instanceof Tree.Items items) {
                for (Tree item : items.items()) {
                    sections.add(section(path + key + "[].", key + "[" + sections.size() + "]", item));
                }
            } else if (!(tree instanceof Tree.Broken)) {
                reading.report(
                        tree.location(),
                        quoted(key) + " must be a list",
                        "Start each entry with a dash: '- name: ...'.");
            }
        });
        return sections;
    }

    /** Whether the file has the word {@code off} instead of a mapping. */
    boolean off(String key) {
        Tree.Entry entry = entries.get(key);
        return entry != null
                && entry.value() instanceof Tree.Text text
                && text.value().equals("off");
    }

    /** The mapping of a key that may be {@code off} instead; off reads as an empty mapping. */
    Section sectionOrOff(String key) {
        if (off(key)) {
            Tree written = written(key).orElseThrow();
            return section(path + key + ".", key, new Tree.Keys(written.location(), Map.of()));
        }
        return section(key);
    }

    /** Whether the key has an empty list. */
    boolean emptyList(String key) {
        Tree.Entry entry = entries.get(key);
        return entry != null
                && entry.value() instanceof Tree.Items items
                && items.items().isEmpty();
    }

    /** Reports the keys that were not read as unknown. */
    void end() {
        entries.forEach((key, entry) -> {
            if (!asked.contains(key)) {
                reading.report(
                        entry.location(),
                        "unknown key " + quoted(key) + (title.isEmpty() ? "" : " in " + title),
                        Suggestions.to(key, asked)
                                .map(near -> "Did you mean '" + near + "'?")
                                .orElse("Valid keys: " + String.join(", ", asked) + "."));
            }
        });
    }

    void report(Location where, String what, String remedy) {
        reading.report(where, what, remedy);
    }

    private Section section(String childPath, String name, Tree tree) {
        if (tree instanceof Tree.Keys keys) {
            return new Section(reading, childPath, name, keys.location(), keys.entries());
        }
        if (!(tree instanceof Tree.Broken)) {
            reading.report(tree.location(), quoted(name) + " must contain keys", "Write 'key: value' lines below it.");
        }
        return new Section(reading, childPath, name, tree.location(), Map.of());
    }

    private Optional<Tree> written(String key) {
        asked.add(key);
        reading.askedPaths.add(path + key);
        Tree.Entry entry = entries.get(key);
        if (entry == null) {
            return Optional.empty();
        }
        if (entry.value() instanceof Tree.Text text && text.absent()) {
            reading.report(entry.location(), quoted(key) + " has no value", "Add a value, or remove the line.");
            return Optional.of(new Tree.Broken(text.location()));
        }
        return Optional.of(entry.value());
    }

    private <T> Optional<Located<T>> one(String key, Tree tree, Syntax<T> syntax) {
        if (tree instanceof Tree.Text text) {
            return parse(key, text.value(), text.location(), syntax);
        }
        if (!(tree instanceof Tree.Broken)) {
            String found = tree instanceof Tree.Items ? "a list" : "keys";
            reading.report(tree.location(), quoted(key) + " takes one value, not " + found, "Write one value.");
        }
        return Optional.empty();
    }

    private <T> Optional<Located<T>> parse(String key, String text, Location where, Syntax<T> syntax) {
        try {
            return Optional.of(new Located<>(syntax.parse(text), where));
        } catch (InvalidValueException e) {
            reading.report(where, key + ": " + e.what(), e.remedy());
            return Optional.empty();
        }
    }
}
