package dev.finspect.session;

import dev.finspect.tcp.Leg;

/** One step of the closing, by a peer or by finspect's own will. */
enum CloseAct {
    CLIENT_FIN("client.fin", "client", "fin"),
    UPSTREAM_FIN("upstream.fin", "upstream", "fin"),
    CLIENT_RST("client.rst", "client", "rst"),
    UPSTREAM_RST("upstream.rst", "upstream", "rst"),
    CLIENT_TIMEOUT("client.timeout", "client", "timeout"),
    UPSTREAM_TIMEOUT("upstream.timeout", "upstream", "timeout"),
    /** finspect's own time-out. */
    PROXY_TIMEOUT("proxy.reset", "proxy", "timeout"),
    /** finspect, plainly, as the close policy says. */
    PROXY_CLOSE("proxy.close", "proxy", "proxy"),
    /** finspect for any other reason. */
    PROXY_RESET("proxy.reset", "proxy", "proxy");

    private final String label;
    private final String by;
    private final String how;

    CloseAct(String label, String by, String how) {
        this.label = label;
        this.by = by;
        this.how = how;
    }

    static CloseAct fin(Leg leg) {
        return leg == Leg.CLIENT ? CLIENT_FIN : UPSTREAM_FIN;
    }

    static CloseAct rst(Leg leg) {
        return leg == Leg.CLIENT ? CLIENT_RST : UPSTREAM_RST;
    }

    static CloseAct timeout(Leg leg) {
        return leg == Leg.CLIENT ? CLIENT_TIMEOUT : UPSTREAM_TIMEOUT;
    }

    /** The first act that this word of an order stands for. */
    static CloseAct of(String label) {
        for (CloseAct act : values()) {
            if (act.label.equals(label)) {
                return act;
            }
        }
        throw new AssertionError("no act is called " + label);
    }

    /** The word in {@link SessionClose#order}. */
    String label() {
        return label;
    }

    /** The word in {@link SessionClose#firstBy}. */
    String by() {
        return by;
    }

    /** The word in {@link SessionClose#firstHow}. */
    String how() {
        return how;
    }
}
