package dev.finspect.cli.config;

import static dev.finspect.cli.config.Scalars.quoted;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * Parses YAML into a tree with locations. Accepts a subset: one document; no anchors, aliases or tags; unique keys that
 * are plain words; at most {@value #DEPTH} levels. So a small file cannot expand into a large tree.
 */
final class YamlReader {
    private static final int DEPTH = 12;
    private static final Set<String> NOTHING = Set.of("", "~", "null");

    private final String origin;
    private final String text;
    private final List<ConfigProblem> problems;
    private final Iterator<Event> events;

    private YamlReader(String origin, String text, List<ConfigProblem> problems) {
        this.origin = origin;
        this.text = text;
        this.problems = problems;
        this.events = new Parse(LoadSettings.builder().setLabel(origin).build())
                .parseString(text)
                .iterator();
    }

    /** The document; empty if it cannot be parsed. Adds the problems to {@code problems}. */
    static Optional<Tree> read(String origin, String text, List<ConfigProblem> problems) {
        YamlReader reader = new YamlReader(origin, text, problems);
        try {
            return reader.document();
        } catch (Unreadable e) {
            return Optional.empty();
        } catch (MarkedYamlEngineException e) {
            reader.notYaml(e);
            return Optional.empty();
        } catch (YamlEngineException e) {
            problems.add(new ConfigProblem(
                    Location.of(origin),
                    "is not valid YAML: " + e.getMessage(),
                    "Look for characters that are not text."));
            return Optional.empty();
        }
    }

    private Optional<Tree> document() throws Unreadable {
        Tree root = null;
        while (events.hasNext()) {
            Event event = events.next();
            switch (event.getEventId()) {
                case DocumentStart -> {
                    if (root != null) {
                        throw unreadable(
                                location(event), "a second document starts here", "Use one document per file.");
                    }
                }
                case Scalar, MappingStart, SequenceStart, Alias -> root = node(event, 1);
                default -> {}
            }
        }
        return Optional.ofNullable(root);
    }

    private Tree node(Event event, int depth) throws Unreadable {
        Location location = location(event);
        if (depth > DEPTH) {
            throw unreadable(
                    location, "nested more than " + DEPTH + " levels deep", "Remove levels; no setting is that deep.");
        }
        if (event instanceof AliasEvent alias) {
            report(location, "'*" + alias.getAlias() + "' is an alias", "Write the value; aliases are not supported.");
            return new Tree.Broken(location);
        }
        int before = problems.size();
        if (event instanceof NodeEvent anchored && anchored.getAnchor().isPresent()) {
            report(
                    location,
                    "'&" + anchored.getAnchor().get() + "' is an anchor",
                    "Write the value where it is needed; anchors are not supported.");
        }
        tag(event).ifPresent(tag -> report(location, quoted(tag) + " is a tag", "Remove it; tags are not supported."));
        boolean broken = problems.size() > before;
        Tree tree = plain(event, location, depth);
        return broken ? new Tree.Broken(location) : tree;
    }

    private Tree plain(Event event, Location location, int depth) throws Unreadable {
        if (event instanceof ScalarEvent scalar) {
            boolean absent = scalar.isPlain() && NOTHING.contains(scalar.getValue());
            return new Tree.Text(location, scalar.getValue().strip(), absent);
        }
        return event instanceof MappingStartEvent ? keys(location, depth) : items(location, depth);
    }

    private Tree items(Location location, int depth) throws Unreadable {
        List<Tree> items = new ArrayList<>();
        for (Event next = events.next(); next.getEventId() != Event.ID.SequenceEnd; next = events.next()) {
            items.add(node(next, depth + 1));
        }
        return new Tree.Items(location, items);
    }

    private Tree keys(Location location, int depth) throws Unreadable {
        Map<String, Tree.Entry> entries = new LinkedHashMap<>();
        for (Event next = events.next(); next.getEventId() != Event.ID.MappingEnd; next = events.next()) {
            Tree key = node(next, depth + 1);
            Tree value = node(events.next(), depth + 1);
            if (!(key instanceof Tree.Text word)) {
                if (!(key instanceof Tree.Broken)) {
                    report(key.location(), "a key must be a plain word", "Put a text with brackets in quotes.");
                }
                continue;
            }
            Tree.Entry first = entries.putIfAbsent(word.value(), new Tree.Entry(word.location(), value));
            if (first != null) {
                report(
                        word.location(),
                        quoted(word.value()) + " occurs twice, first in line "
                                + first.location().line(),
                        "Remove one of them.");
            }
        }
        return new Tree.Keys(location, entries);
    }

    private static Optional<String> tag(Event event) {
        if (event instanceof ScalarEvent scalar) {
            return scalar.getTag();
        }
        return event instanceof CollectionStartEvent start ? start.getTag() : Optional.empty();
    }

    private void notYaml(MarkedYamlEngineException e) {
        Location location =
                e.getProblemMark().or(e::getContextMark).map(this::location).orElse(Location.of(origin));
        String line = location.line() == 0
                ? ""
                : text.lines().skip(location.line() - 1L).findFirst().orElse("");
        String indentation =
                line.substring(0, line.length() - line.stripLeading().length());
        if (indentation.indexOf('\t') >= 0) {
            report(location, "a tab in the indentation", "Indent with spaces.");
        } else if (line.contains("::")) {
            report(
                    location,
                    "colons and brackets have a meaning in YAML",
                    "Put an IPv6 address with brackets in quotes: \"[::1]:80\".");
        } else {
            String problem = e.getProblem() == null ? "it ends unexpectedly" : e.getProblem();
            report(location, "is not valid YAML: " + problem, "Look for a missing quote, bracket, colon or space.");
        }
    }

    private void report(Location location, String what, String remedy) {
        problems.add(new ConfigProblem(location, what, remedy));
    }

    private Unreadable unreadable(Location location, String what, String remedy) {
        report(location, what, remedy);
        return new Unreadable();
    }

    private Location location(Event event) {
        return event.getStartMark().map(this::location).orElse(Location.of(origin));
    }

    private Location location(Mark mark) {
        return new Location(origin, mark.getLine() + 1, mark.getColumn() + 1);
    }

    /** Parsing cannot continue; the problem has been reported. */
    private static final class Unreadable extends Exception {
        private static final long serialVersionUID = 1L;
    }
}
