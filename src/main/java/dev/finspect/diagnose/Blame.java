package dev.finspect.diagnose;

import dev.finspect.tcp.Leg;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Who owes the next step: one party, or the word for several of which no fact excludes any. */
public enum Blame {
    CLIENT("client"),
    UPSTREAM("upstream"),
    NETWORK_TO_CLIENT("network_to_client"),
    NETWORK_TO_UPSTREAM("network_to_upstream"),
    FINSPECT("finspect"),
    CONFIGURATION("configuration"),
    /** The name servers that this host asks, what they answer, or the way to them. */
    NAME_SERVICE("name_service"),
    /** The client, or the network between it and finspect. */
    CLIENT_SIDE("client_side"),
    /** The upstream, or the network between it and finspect. */
    UPSTREAM_SIDE("upstream_side"),
    /** One of several parties that are not on the same side. */
    UNDETERMINED("undetermined"),
    /** Nobody: nothing is wrong. */
    NOBODY("nobody");

    private final String label;

    Blame(String label) {
        this.label = label;
    }

    /** The peer of this leg. */
    public static Blame peer(Leg leg) {
        return leg == Leg.CLIENT ? CLIENT : UPSTREAM;
    }

    /** The network between finspect and the peer of this leg. */
    public static Blame networkTo(Leg leg) {
        return leg == Leg.CLIENT ? NETWORK_TO_CLIENT : NETWORK_TO_UPSTREAM;
    }

    /** The word for one or several parties. */
    public static Blame of(Set<Blame> parties) {
        if (parties.size() == 1) {
            return parties.iterator().next();
        }
        for (Leg leg : Leg.values()) {
            if (EnumSet.of(peer(leg), networkTo(leg)).containsAll(parties)) {
                return leg == Leg.CLIENT ? CLIENT_SIDE : UPSTREAM_SIDE;
            }
        }
        return UNDETERMINED;
    }

    /** The leg whose peer or network it is; null where it is neither. */
    public @Nullable Leg leg() {
        return switch (this) {
            case CLIENT, NETWORK_TO_CLIENT, CLIENT_SIDE -> Leg.CLIENT;
            case UPSTREAM, NETWORK_TO_UPSTREAM, UPSTREAM_SIDE -> Leg.UPSTREAM;
            case FINSPECT, CONFIGURATION, NAME_SERVICE, UNDETERMINED, NOBODY -> null;
        };
    }

    /** The word for records, labels and pages. */
    public String label() {
        return label;
    }
}
