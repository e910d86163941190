package dev.finspect.diagnose;

/**
 * A kind of evidence: what it says, and the unit of its amount. The words complete "client leg: ..." in a table of evidence.
 * "Sent" is by finspect to the leg's peer, "received" from it.
 */
public enum Clue {
    // Opening, and finspect itself.
    /** When the first SYN of an attempt was sent. */
    SYN_SENT("SYN sent", Unit.NONE),

    // Data and closing.
    /** When the last bytes were received from the peer. */
    LAST_RECEIVED("last bytes received", Unit.NONE),
    /** When the last bytes were sent to the peer. */
    LAST_SENT("last bytes sent", Unit.NONE),
    /** Sent bytes that the peer has acknowledged all. */
    ALL_ACKNOWLEDGED("everything sent is acknowledged, bytes", Unit.BYTES),

    // The peer's own socket.
    /** Bytes in the receive queue of the peer's socket, which its program has not read. */
    PEER_UNREAD("unread in the peer's socket, bytes", Unit.BYTES),
    /** The program that holds the peer's socket: name and process id. */
    PEER_PROGRAM("held by", Unit.TEXT);

    /** What an amount counts. */
    public enum Unit {
        NONE,
        COUNT,
        BYTES,
        NANOS,
        TEXT
    }

    private final String words;
    private final Unit unit;

    Clue(String words, Unit unit) {
        this.words = words;
        this.unit = unit;
    }

    /** What it says. */
    public String words() {
        return words;
    }

    /** What its amount counts. */
    public Unit unit() {
        return unit;
    }

    /** The word for records: the name in small letters. */
    public String label() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
