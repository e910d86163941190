package dev.finspect.session.feed;

/** The phases of a session, in the order in which a phase bar has them. Most have a name among HAProxy's timers. */
public enum Phase {
    /** The client's connection was established and waited for finspect's accept(). Before the session's start. */
    ACCEPT("accept"),
    /** Until the first attempt to connect: names were looked up, or a PROXY header was awaited. */
    NAME("name"),
    /** Until an upstream was connected. HAProxy's {@code Tc}. */
    CONNECT("connect"),
    /** The client was due to send its first word, or sent one. HAProxy's {@code TR}. */
    REQUEST("request"),
    /** The word was sent on, and the upstream had not begun to answer. HAProxy's {@code Tr}. */
    WAITING("waiting"),
    /** The upstream sent. HAProxy's {@code Td}. */
    ANSWERING("answering"),
    /** finspect did not read from the upstream, because the client took no more. */
    HELD_BY_CLIENT("held_by_client"),
    /** finspect did not read from the client, because the upstream took no more. */
    HELD_BY_UPSTREAM("held_by_upstream"),
    /** Nobody sent, and no answer was due. HAProxy's {@code Ti}. */
    IDLE("idle"),
    /** The first FIN had come, and nothing but the rest of the close was due. */
    CLOSING("closing");

    private final String label;

    Phase(String label) {
        this.label = label;
    }

    /** The word for the stream. */
    public String label() {
        return label;
    }
}
