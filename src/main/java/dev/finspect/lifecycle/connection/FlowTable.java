package dev.finspect.lifecycle.connection;

import dev.finspect.tcp.FourTuple;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Hash table of current connections by scope and four-tuple in either direction: open addressing, linear probing. */
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

    /** Adds a connection that is not in the table. */
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
        while (slots[hole] != flow) {
            hole = (hole + 1) & mask;
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
        size--;
    }

    /** All connections, in no particular order. */
    List<Flow> all() {
        List<Flow> all = new ArrayList<>(size);
        for (Flow flow : slots) {
            if (flow != null) {
                all.add(flow);
            }
        }
        return all;
    }
}
