package dev.finspect.wire.packet;

import dev.finspect.wire.VirtualNetwork;
import dev.finspect.wire.VirtualNetwork.Kind;
import dev.finspect.wire.VirtualNetwork.Tag;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Collects the tags of a frame, and keeps recent networks, so that the segments of one share one object. */
final class NetworkTags {
    private static final int MOST = 16;
    private static final int SLOTS = 1024;
    private static final int VLAN_BITS = 0xfff;
    private static final long MIX = 0x9e3779b97f4a7c15L;

    private final Kind[] kinds = new Kind[MOST];
    private final int[] numbers = new int[MOST];
    private final @Nullable VirtualNetwork[] recent = new @Nullable VirtualNetwork[SLOTS];
    private int count;

    /** Begins a frame. */
    void clear() {
        count = 0;
    }

    /** Adds the next tag inwards; beyond so many, none is added. */
    void add(Kind kind, int number) {
        if (count < MOST) {
            kinds[count] = kind;
            numbers[count++] = number;
        }
    }

    /** Adds a VLAN by its tag; one without a number states a priority only. */
    void addVlan(int tag) {
        int number = tag & VLAN_BITS;
        if (number != 0) {
            add(Kind.VLAN, number);
        }
    }

    /** The network of the tags so far. */
    VirtualNetwork network() {
        return count == 0 ? VirtualNetwork.NONE : known();
    }

    private VirtualNetwork known() {
        long hash = count;
        for (int i = 0; i < count; i++) {
            hash = (hash ^ numbers[i] ^ ((long) kinds[i].ordinal() << Integer.SIZE)) * MIX;
            hash ^= hash >>> 32;
        }
        int slot = (int) hash & (SLOTS - 1);
        VirtualNetwork before = recent[slot];
        if (before != null && same(before.tags())) {
            return before;
        }
        VirtualNetwork made = made();
        recent[slot] = made;
        return made;
    }

    private boolean same(List<Tag> tags) {
        if (tags.size() != count) {
            return false;
        }
        for (int i = 0; i < count; i++) {
            Tag tag = tags.get(i);
            if (tag.number() != numbers[i] || tag.kind() != kinds[i]) {
                return false;
            }
        }
        return true;
    }

    private VirtualNetwork made() {
        List<Tag> tags = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            tags.add(new Tag(kinds[i], numbers[i]));
        }
        return new VirtualNetwork(tags);
    }
}
