package dev.finspect.lifecycle.connection;

import dev.finspect.tcp.FourTuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Hash table of current connections by scope and four-tuple in either direction: open addressing, linear probing. Those that are
 * equal in both are linked, and the first of them is in the table.
 */
final class FlowTable {
    private static final int LEAST_SLOTS = 64;

    private @Nullable Flow[] slots = new Flow[LEAST_SLOTS];
    private int size;

    int size() {
        return size;
    }

    @Nullable
    Flow find(int hash, long scope, FourTuple tuple) {
        int mask = slots.length - 1;
        int at = hash & mask;
        for (Flow flow = slots[at]; flow != null; flow = slots[at]) {
            if (flow.hash == hash && flow.scope == scope && (flow.isForward(tuple) || flow.isBackward(tuple))) {
                return flow;
            }
            at = (at + 1) & mask;
        }
        return null;
    }

    /** Adds a connection to those of its scope and four-tuple. */
    void addBeside(Flow flow) {
        Flow first = find(flow.hash, flow.scope, flow.tuple());
        if (first == null) {
            add(flow);
            return;
        }
        flow.beside = first.beside;
        first.beside = flow;
        size++;
    }

    /** Adds a connection whose scope and four-tuple are not in the table. */
    void add(Flow flow) {
        if (2 * (size + 1) > slots.length) {
            grow();
        }
        put(flow);
        size++;
    }

    private void grow() {
        @Nullable Flow[] old = slots;
        slots = new Flow[2 * old.length];
        for (Flow flow : old) {
            if (flow != null) {
                put(flow);
            }
        }
    }

    private void put(Flow flow) {
        int mask = slots.length - 1;
        int at = flow.hash & mask;
        while (slots[at] != null) {
            at = (at + 1) & mask;
        }
        slots[at] = flow;
    }

    /** Removes a connection that is in the table, and moves displaced entries back. */
    void remove(Flow flow) {
        int mask = slots.length - 1;
        int hole = flow.hash & mask;
        while (!leads(slots[hole], flow)) {
            hole = (hole + 1) & mask;
        }
        size--;
        Flow rest = without(Objects.requireNonNull(slots[hole]), flow);
        if (rest != null) {
            slots[hole] = rest;
            return;
        }
        int at = (hole + 1) & mask;
        for (Flow other = slots[at]; other != null; other = slots[at]) {
            int home = other.hash & mask;
            if (((at - home) & mask) >= ((at - hole) & mask)) {
                slots[hole] = other;
                hole = at;
            }
            at = (at + 1) & mask;
        }
        slots[hole] = null;
    }

    private static boolean leads(@Nullable Flow first, Flow wanted) {
        Flow flow = first;
        while (flow != null && flow != wanted) {
            flow = flow.beside;
        }
        return flow != null;
    }

    /** The linked connections without this one. */
    private static @Nullable Flow without(Flow first, Flow gone) {
        if (first == gone) {
            Flow rest = gone.beside;
            gone.beside = null;
            return rest;
        }
        Flow before = first;
        while (before.beside != gone) {
            before = Objects.requireNonNull(before.beside);
        }
        before.beside = gone.beside;
        gone.beside = null;
        return first;
    }

    /** All connections, in no particular order. */
    List<Flow> all() {
        List<Flow> all = new ArrayList<>(size);
        for (Flow first : slots) {
            for (Flow flow = first; flow != null; flow = flow.beside) {
                all.add(flow);
            }
        }
        return all;
    }
}
