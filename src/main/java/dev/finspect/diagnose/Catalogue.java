package dev.finspect.diagnose;

import java.util.List;

/** The list of rules. A new rule is one file in {@code rule} and one line here. */
final class Catalogue {
    static final List<Rule> RULES = List.of();

    private Catalogue() {}
}
