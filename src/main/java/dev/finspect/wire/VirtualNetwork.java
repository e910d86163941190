package dev.finspect.wire;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * The virtual network in which a packet was captured: all VLAN tags, labels, keys and network numbers in front of its innermost IP
 * header. Equal addresses and ports in two of them may be two connections, or one that is routed from one into the other.
 *
 * @param tags from the outermost to the innermost
 */
public record VirtualNetwork(List<Tag> tags) {
    /** That of a packet without any of these. */
    public static final VirtualNetwork NONE = new VirtualNetwork(List.of());

    private static final long MIX = 0x9e3779b97f4a7c15L;

    /** What a number is. */
    public enum Kind {
        /** An identifier of IEEE 802.1Q, in a tag of any kind or in ERSPAN's header. */
        VLAN,
        /** The label at the bottom of an MPLS stack, which is a provider's for one customer; the others change on the way. */
        MPLS,
        /** GRE's key, or the call of PPTP. */
        GRE,
        /** VXLAN's network identifier. */
        VXLAN,
        /** Geneve's network identifier. */
        GENEVE,
        /** GTP-U's tunnel endpoint identifier; it differs for the two directions. */
        GTP;

        private final String label = name().toLowerCase(Locale.ROOT);

        /** The word for records. */
        public String label() {
            return label;
        }
    }

    /**
     * One number in front of the IP header.
     *
     * @param number unsigned
     */
    public record Tag(Kind kind, int number) {
        private String label() {
            return kind.label() + " " + Integer.toUnsignedString(number);
        }

        private long bits() {
            return ((long) kind.ordinal() + 1) << Integer.SIZE | number & 0xffffffffL;
        }
    }

    /** The network of these tags. */
    public VirtualNetwork {
        tags = List.copyOf(tags);
    }

    /** Whether there is no tag. */
    public boolean isNone() {
        return tags.isEmpty();
    }

    /** A number that two networks hardly ever share; 0 for none. */
    public long number() {
        long number = 0;
        for (Tag tag : tags) {
            number = (number ^ tag.bits()) * MIX;
            number ^= number >>> 29;
        }
        return number;
    }

    /** The tags as text: {@code vlan 10, vxlan 5000}; empty for none. */
    public String label() {
        return tags.stream().map(Tag::label).collect(Collectors.joining(", "));
    }
}
