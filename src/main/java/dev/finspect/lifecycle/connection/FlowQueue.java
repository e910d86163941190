package dev.finspect.lifecycle.connection;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A linked queue of connections; each connection is in one queue at most. */
final class FlowQueue {
    private @Nullable Flow head;
    private @Nullable Flow tail;

    @Nullable
    Flow head() {
        return head;
    }

    /** Passes each connection, in their order; none may be moved meanwhile. */
    void forEach(Consumer<? super Flow> consumer) {
        for (Flow flow = head; flow != null; flow = flow.next) {
            consumer.accept(flow);
        }
    }

    /** Moves a connection to the end of this queue, from whichever queue it is in. */
    void add(Flow flow, long atNanos) {
        leave(flow);
        flow.queue = this;
        flow.queuedAtNanos = atNanos;
        Flow last = tail;
        flow.previous = last;
        if (last == null) {
            head = flow;
        } else {
            last.next = flow;
        }
        tail = flow;
    }

    /** Removes a connection from its queue, if it is in one. */
    static void leave(Flow flow) {
        FlowQueue queue = flow.queue;
        if (queue != null) {
            queue.unlink(flow);
        }
    }

    private void unlink(Flow flow) {
        Flow before = flow.previous;
        Flow behind = flow.next;
        if (before == null) {
            head = behind;
        } else {
            before.next = behind;
        }
        if (behind == null) {
            tail = before;
        } else {
            behind.previous = before;
        }
        flow.previous = null;
        flow.next = null;
        flow.queue = null;
    }
}
