package dev.finspect.diagnose;

/**
 * A kind of evidence: what it says, and the unit of its amount. The words complete "client leg: ..." in a table of evidence.
 * "Sent" is by finspect to the leg's peer, "received" from it.
 */
public enum Clue {
    // Opening, and finspect itself.
    /** When the first SYN of an attempt was sent. */
    SYN_SENT("SYN sent", Unit.NONE),
    /** The address that an attempt tries to reach. */
    TRIED("address tried", Unit.TEXT),
    /** SYNs sent in an attempt. */
    SYNS("SYNs sent", Unit.COUNT),
    /** When the address of the upstream's name was asked for, where no address came of it. */
    NAME_ASKED("address of the name asked for", Unit.NONE),
    /** When the SYN-ACK of an attempt came. */
    SYN_ACK_RECEIVED("SYN-ACK received", Unit.NONE),
    /** How an attempt ended: the result's label. */
    CONNECT_RESULT("attempt to connect ended", Unit.TEXT),
    /** When an RST answered an attempt. */
    CONNECT_RST("RST in answer to the attempt", Unit.NONE),
    /** The ICMP error that answered an attempt: type and sender. */
    CONNECT_ICMP("ICMP error in answer to the attempt", Unit.TEXT),
    /** The errno with which connect() failed. */
    CONNECT_ERRNO("connect() failed with", Unit.TEXT),
    /** Attempts that failed before, at other addresses or this one. */
    TRIES_FAILED("attempts that failed, this one counted", Unit.COUNT),
    /** Connections in the accept queue of the upstream's listener. */
    LISTENER_WAITING("waiting in the listener's accept queue, connections", Unit.COUNT),
    /** How many connections that queue takes. */
    LISTENER_BACKLOG("backlog of the listener, connections", Unit.COUNT),
    /** When the peer's kernel had completed the handshake. */
    HANDSHAKE_DONE("handshake completed", Unit.NONE),
    /** When the peer's socket was seen without a program that has accepted it. */
    PEER_NOT_ACCEPTED("the peer's socket seen, and not accepted by its program", Unit.NONE),
    /** How often the SYN-ACK came or was sent again. */
    SYN_ACKS_AGAIN("SYN-ACK repeated, times", Unit.COUNT),
    /** How often the SYN came again. */
    SYNS_AGAIN("SYN repeated, times", Unit.COUNT),
    /** When the client's SYN came. */
    SYN_RECEIVED("SYN received", Unit.NONE),
    /** When it was answered. */
    SYN_ACK_SENT("SYN-ACK sent", Unit.NONE),
    /** When the ACK came that completed the client's handshake. */
    ACK_RECEIVED("ACK received that completes the handshake", Unit.NONE),
    /** From that ACK to accept(). */
    ACCEPT_DELAY("from that ACK to accept()", Unit.NANOS),
    /**
     * What finspect is short of, or was told: {@code descriptors}, {@code memory}, {@code held_bytes}, {@code session_limit},
     * {@code shutdown}, {@code loop}.
     */
    LIMIT("held back by finspect", Unit.TEXT),
    /** Sockets in TIME-WAIT towards the address tried. */
    TIME_WAITS("sockets in TIME-WAIT towards it", Unit.COUNT),

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
