package dev.finspect.cli.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** What one reading of a configuration gathers. */
final class Reading {
    final Overrides overrides;
    final List<Complaint> complaints = new ArrayList<>();
    /** Every key that was asked for: {@code routes[].timeouts.idle}. */
    final Set<String> askedPaths = new TreeSet<>();

    Reading(Overrides overrides) {
        this.overrides = overrides;
    }

    void complain(Place place, String what, String mend) {
        complaints.add(new Complaint(place, what, mend));
    }
}
