package dev.finspect.diagnose.catalogue;

import dev.finspect.diagnose.Finding;
import dev.finspect.diagnose.FindingId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.stream.Collectors;

/** All kinds of finding, in a stable order: by stage, position and id. Immutable. */
public final class Catalogue {
    private final List<FindingKind> kinds;
    private final Map<FindingId, FindingKind> byId = new LinkedHashMap<>();
    private final Map<FindingId, Integer> places = new HashMap<>();
    private final List<Overlap> overlaps;

    private Catalogue(List<FindingKind> kinds) {
        List<FindingKind> sorted = new ArrayList<>(kinds);
        Collections.sort(sorted);
        this.kinds = List.copyOf(sorted);
        List<Overlap> rows = new ArrayList<>();
        for (FindingKind kind : this.kinds) {
            if (byId.put(kind.id(), kind) != null) {
                throw new IllegalArgumentException("two kinds of finding are called " + kind);
            }
            places.put(kind.id(), places.size());
            rows.addAll(kind.overlaps());
        }
        this.overlaps = List.copyOf(rows);
    }

    /** Those of finspect, found through {@link ServiceLoader} at the first call. */
    public static Catalogue standard() {
        return Standard.CATALOGUE;
    }

    /** A catalogue of these kinds. */
    public static Catalogue of(List<FindingKind> kinds) {
        return new Catalogue(kinds);
    }

    /** The kind of a finding that the standard catalogue has made. */
    public static FindingKind kindOf(Finding finding) {
        return standard().kind(finding.id());
    }

    /** All kinds, in order. */
    public List<FindingKind> kinds() {
        return kinds;
    }

    /** Their ids, in order. */
    public Set<FindingId> ids() {
        return Collections.unmodifiableSet(byId.keySet());
    }

    /** The kind with this id. */
    public FindingKind kind(FindingId id) {
        FindingKind kind = byId.get(id);
        if (kind == null) {
            throw new IllegalArgumentException("no such kind of finding: " + id);
        }
        return kind;
    }

    /** The id with this label; empty without one. */
    public Optional<FindingId> find(String label) {
        return byId.keySet().stream().filter(id -> id.label().equals(label)).findFirst();
    }

    /** Whether the kind with this label never means that something is wrong; false without such a kind. */
    public boolean isHarmless(String label) {
        return find(label).map(id -> kind(id).isHarmless()).orElse(false);
    }

    /** The labels of all ids, for messages and pages: {@code a, b, c}. */
    public String labels() {
        return byId.keySet().stream().map(FindingId::label).collect(Collectors.joining(", "));
    }

    /** Orders ids as the catalogue does. */
    public Comparator<FindingId> order() {
        return Comparator.comparing(id -> places.getOrDefault(id, Integer.MAX_VALUE));
    }

    /** The table of which finding explains which. */
    public List<Overlap> overlaps() {
        return overlaps;
    }

    /** Whether one finding explains another. */
    boolean explains(Finding winner, Finding loser) {
        for (Overlap row : overlaps) {
            if (row.winner().equals(winner.id()) && row.loser().equals(loser.id())) {
                return row.holds(winner, loser);
            }
        }
        return false;
    }

    private static final class Standard {
        private static final Catalogue CATALOGUE = new Catalogue(found());

        private static List<FindingKind> found() {
            List<FindingKind> found = new ArrayList<>();
            for (FindingKind kind : ServiceLoader.load(FindingKind.class, FindingKind.class.getClassLoader())) {
                found.add(kind);
            }
            return found;
        }
    }
}
