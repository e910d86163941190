package dev.finspect.metrics;

import dev.finspect.record.CloseAct;
import dev.finspect.record.CloseAct.Actor;
import dev.finspect.record.CloseAct.How;
import org.jspecify.annotations.Nullable;

/** Who ended a session first, and how. */
enum FirstClose {
    CLIENT_FIN(Actor.CLIENT, How.FIN),
    CLIENT_RST(Actor.CLIENT, How.RST),
    /** The client's connection failed with ETIMEDOUT. */
    CLIENT_TIMEOUT(Actor.CLIENT, How.TIMEOUT),
    UPSTREAM_FIN(Actor.UPSTREAM, How.FIN),
    UPSTREAM_RST(Actor.UPSTREAM, How.RST),
    /** The upstream's connection failed with ETIMEDOUT. */
    UPSTREAM_TIMEOUT(Actor.UPSTREAM, How.TIMEOUT),
    /** A configured timeout. */
    PROXY_TIMEOUT(Actor.PROXY, How.TIMEOUT),
    /** finspect, for another reason. */
    PROXY(Actor.PROXY, How.PROXY);

    private static final FirstClose[] ALL = values();
    private final Actor by;
    private final How how;

    FirstClose(Actor by, How how) {
        this.by = by;
        this.how = how;
    }

    /** The value of the label {@code peer}. */
    String peer() {
        return by.label();
    }

    /** The value of the label {@code kind}. */
    String kind() {
        return how.label();
    }

    /** The constant for the first close act; null if there is none, and for an act that only occurs in capture files. */
    static @Nullable FirstClose of(@Nullable CloseAct act) {
        for (FirstClose first : ALL) {
            if (act != null && first.by == act.by() && first.how == act.how()) {
                return first;
            }
        }
        return null;
    }
}
