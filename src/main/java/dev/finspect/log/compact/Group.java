package dev.finspect.log.compact;

import com.fasterxml.jackson.core.io.SerializedString;
import org.jspecify.annotations.Nullable;

/**
 * An object within a line that holds fields: {@code client.handshake}.
 *
 * @param outer the object that holds it; null for the line itself
 * @param name under which it is held; empty for the line itself
 * @param depth 0 for the line itself
 */
record Group(@Nullable Group outer, SerializedString name, int depth) {
    /** The line itself, or an item of a list. */
    static final Group TOP = new Group(null, new SerializedString(""), 0);

    Group inner(String itsName) {
        return new Group(this, new SerializedString(itsName), depth + 1);
    }

    /** Whether it is {@code other}, or holds it. */
    boolean holds(Group other) {
        Group at = other;
        while (at != null && at.depth > depth) {
            at = at.outer;
        }
        return at == this;
    }
}
