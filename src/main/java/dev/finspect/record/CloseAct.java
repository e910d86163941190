package dev.finspect.record;

import dev.finspect.tcp.Leg;

/** One step of the closing, by a peer or by finspect's own will. */
public enum CloseAct implements RelayedReason {
    CLIENT_FIN("client.fin", Actor.CLIENT, How.FIN),
    UPSTREAM_FIN("upstream.fin", Actor.UPSTREAM, How.FIN),
    CLIENT_RST("client.rst", Actor.CLIENT, How.RST),
    UPSTREAM_RST("upstream.rst", Actor.UPSTREAM, How.RST),
    /** TCP gave the client's connection up. */
    CLIENT_TIMEOUT("client.timeout", Actor.CLIENT, How.TIMEOUT),
    /** TCP gave the upstream's connection up. */
    UPSTREAM_TIMEOUT("upstream.timeout", Actor.UPSTREAM, How.TIMEOUT),
    /** A FIN of a captured proxy that no peer had caused. */
    PROXY_FIN("proxy.fin", Actor.PROXY, How.FIN),
    /** finspect's own time-out. */
    PROXY_TIMEOUT("proxy.reset", Actor.PROXY, How.TIMEOUT),
    /** finspect, in order, as the close policy says. */
    PROXY_CLOSE("proxy.close", Actor.PROXY, How.PROXY),
    /** finspect for any other reason. */
    PROXY_RESET("proxy.reset", Actor.PROXY, How.PROXY);

    /** Who acts. */
    public enum Actor {
        CLIENT("client"),
        UPSTREAM("upstream"),
        /** finspect, or the proxy of a capture file. */
        PROXY("proxy");

        private final String label;

        Actor(String label) {
            this.label = label;
        }

        /** The word for records, labels and filters. */
        public String label() {
            return label;
        }
    }

    /** In which way. */
    public enum How {
        FIN("fin"),
        RST("rst"),
        /** TCP's own time-out for a peer, a configured one for the proxy. */
        TIMEOUT("timeout"),
        /** The proxy's own decision. */
        PROXY("proxy");

        private final String label;

        How(String label) {
            this.label = label;
        }

        /** The word for records and labels. */
        public String label() {
            return label;
        }
    }

    private final String label;
    private final Actor by;
    private final How how;

    CloseAct(String label, Actor by, How how) {
        this.label = label;
        this.by = by;
        this.how = how;
    }

    /** The FIN of this leg's peer. */
    public static CloseAct fin(Leg leg) {
        return leg == Leg.CLIENT ? CLIENT_FIN : UPSTREAM_FIN;
    }

    /** The RST of this leg's peer. */
    public static CloseAct rst(Leg leg) {
        return leg == Leg.CLIENT ? CLIENT_RST : UPSTREAM_RST;
    }

    /** The end of this leg's connection by a time-out of TCP. */
    public static CloseAct timeout(Leg leg) {
        return leg == Leg.CLIENT ? CLIENT_TIMEOUT : UPSTREAM_TIMEOUT;
    }

    /** Who acted. */
    public Actor by() {
        return by;
    }

    /** In which way. */
    public How how() {
        return how;
    }

    /** Whether it is the same step for a reader: finspect's own time-out and any other decision of it both reset. */
    public boolean sameStep(CloseAct other) {
        return label.equals(other.label);
    }

    @Override
    public String label() {
        return label;
    }
}
