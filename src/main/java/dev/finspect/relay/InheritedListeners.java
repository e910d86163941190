package dev.finspect.relay;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The listeners that a process was given by the one before it, whose place it takes. One thread at a time. */
public final class InheritedListeners {
    private final List<PassedListener> left;
    private final List<ListenerKey> taken = new ArrayList<>();

    /** None is taken yet. */
    public InheritedListeners(List<PassedListener> given) {
        left = new ArrayList<>(given);
    }

    /** For a process that takes nobody's place. */
    public static InheritedListeners none() {
        return new InheritedListeners(List.of());
    }

    /** The sockets for this listener, which belong to the caller from now on; empty if there are none. */
    public Optional<PassedListener> take(ListenerKey wanted) {
        Optional<PassedListener> found =
                left.stream().filter(each -> each.serves(wanted)).findFirst();
        found.ifPresent(each -> {
            left.remove(each);
            taken.add(each.key());
        });
        return found;
    }

    /** Those that nobody has taken, with a port that this listener wants as well. */
    public List<PassedListener> overlapping(ListenerKey wanted) {
        return left.stream().filter(each -> wanted.overlaps(each.address())).toList();
    }

    /** Those that nobody has taken, and nobody can take any more. */
    public List<PassedListener> discard() {
        List<PassedListener> rest = List.copyOf(left);
        left.clear();
        return rest;
    }

    /** The keys, in the process before, of those that were taken. */
    public List<ListenerKey> taken() {
        return List.copyOf(taken);
    }
}
