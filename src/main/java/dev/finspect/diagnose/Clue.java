package dev.finspect.diagnose;

/**
 * A kind of evidence: its words in a table of evidence, after "client leg: ", and the unit of its amount. "Sent" is by finspect
 * to the leg's peer, "received" is from the peer. The words are for people; records have the label.
 */
public enum Clue {
    // Opening, and finspect itself.
    /** When the first SYN of an attempt was sent. */
    SYN_SENT("SYN sent", Unit.NONE),
    /** The address that an attempt tries to reach. */
    TRIED("address tried", Unit.TEXT),
    /** SYNs sent in an attempt. */
    SYNS("SYNs sent", Unit.COUNT),
    /** When the look-up of the upstream's name began, if it has brought no address, or took long. */
    NAME_ASKED("look-up of the name begun", Unit.NONE),
    /** The upstream's name. */
    NAME("name looked up", Unit.TEXT),
    /** The name server that was asked. */
    NAME_SERVER("name server asked", Unit.TEXT),
    /** How long the session waited for the look-up. */
    LOOK_UP_TOOK("the look-up took", Unit.NANOS),
    /** When the answer came that has the address tried. */
    ANSWER_CAME("answer with that address received", Unit.NONE),
    /** For how long that answer was good. */
    ANSWER_TTL("time to live of that answer", Unit.NANOS),
    /** What a newer answer has in its place. */
    NAME_ADDRESSES("addresses of the name by a newer answer", Unit.TEXT),
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
    /** Failed attempts, at other addresses and this one. */
    TRIES_FAILED("failed attempts, this one included", Unit.COUNT),
    /** Connections in the accept queue of the upstream's listener. */
    LISTENER_WAITING("waiting in the listener's accept queue, connections", Unit.COUNT),
    /** How many connections fit into that queue. */
    LISTENER_BACKLOG("backlog of the listener, connections", Unit.COUNT),
    /** When the peer's kernel had completed the handshake. */
    HANDSHAKE_DONE("handshake completed", Unit.NONE),
    /** When the peer's socket was seen without a program that has accepted it. */
    PEER_NOT_ACCEPTED("peer's socket seen, not accepted by its program", Unit.NONE),
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
     * What finspect is short of, or why it ended the session: {@code descriptors}, {@code memory}, {@code held_bytes}, {@code session_limit},
     * {@code client_limit}, {@code unspoken_limit}, {@code shutdown}, {@code loop}.
     */
    LIMIT("held back by finspect", Unit.TEXT),
    /** Sockets in TIME-WAIT towards the address tried. */
    TIME_WAITS("sockets in TIME-WAIT towards it", Unit.COUNT),

    // Data and closing.
    /** When the last bytes were received from the peer. */
    LAST_RECEIVED("last bytes received", Unit.NONE),
    /** When the last bytes were sent to the peer. */
    LAST_SENT("last bytes sent", Unit.NONE),
    /** All bytes sent, if the peer has acknowledged them. */
    ALL_ACKNOWLEDGED("everything sent is acknowledged, bytes", Unit.BYTES),
    /** When the leg was established. */
    ESTABLISHED("established", Unit.NONE),
    /** Bytes received from the peer in all. */
    BYTES_RECEIVED("received in all, bytes", Unit.BYTES),
    /** Bytes sent to the peer in all. */
    BYTES_SENT("sent in all, bytes", Unit.BYTES),
    /** Bytes sent since the peer's last ones. */
    TURN_SENT("sent since the peer's last bytes, bytes", Unit.BYTES),
    /** The longest time the peer has taken before to answer. */
    LONGEST_ANSWER("longest wait for an answer so far", Unit.NANOS),
    /** How often the peer went on sending without an answer: it does not wait for any. */
    UNANSWERED_TURNS("went on sending without an answer, times", Unit.COUNT),
    /** Since when the peer's window is closed. */
    WINDOW_CLOSED("receive window closed since", Unit.NONE),
    /** Bytes in finspect's send queue that were never sent. */
    NOT_SENT("waiting to be sent, bytes", Unit.BYTES),
    /** Since when finspect does not read from this peer because the other takes no more. */
    READING_PAUSED("finspect does not read from it since", Unit.NONE),
    /** Zero-window or keep-alive probes in a row without an answer. */
    PROBES_UNANSWERED("probes in a row without an answer", Unit.COUNT),
    /** Since when something is unacknowledged without progress. */
    UNACKNOWLEDGED_SINCE("no acknowledgement makes progress since", Unit.NONE),
    /** Segments sent and not acknowledged. */
    SEGMENTS_UNACKNOWLEDGED("sent and not acknowledged, segments", Unit.COUNT),
    /** Bytes sent and never acknowledged. */
    BYTES_UNACKNOWLEDGED("sent and never acknowledged, bytes", Unit.BYTES),
    /** Retransmission time-outs in a row. */
    BACKOFFS("retransmission time-outs in a row", Unit.COUNT),
    /** Segments sent again in all. */
    RETRANSMITS_SENT("sent again in all, segments", Unit.COUNT),
    /** The most bytes of a segment sent that the peer has. */
    SIZE_PASSED("largest segment that it acknowledged, bytes", Unit.BYTES),
    /** The fewest bytes of a segment that was sent again, and never acknowledged. */
    SIZE_LOST("sent again and never acknowledged, bytes of a segment", Unit.BYTES),
    /** How often the oldest of those was sent. */
    TIMES_SENT("the oldest of them sent, times", Unit.COUNT),
    /** The most bytes of a segment received. */
    SIZE_RECEIVED("largest segment received, bytes", Unit.BYTES),
    /** The most bytes that a segment carries by what both ends announced. */
    SIZE_FULL("a full segment, bytes", Unit.BYTES),
    /** Bytes of the peer that are missing before later ones. */
    BYTES_MISSING("missing before later ones, bytes", Unit.BYTES),
    /** The largest packet that finspect's kernel sends to the peer. */
    PATH_MTU("path MTU by finspect's kernel, bytes", Unit.BYTES),
    /** The next hop's MTU by an ICMP error. */
    ICMP_MTU("MTU in an ICMP error, bytes", Unit.BYTES),
    /** Since when later bytes of the peer have waited for missing ones. */
    GAP_SINCE("bytes received behind missing ones", Unit.NONE),
    /** When any segment of the peer came last. */
    LAST_HEARD("last segment of any kind received", Unit.NONE),
    /** ICMP errors that quoted the leg. */
    ICMP_ERRORS("ICMP errors received", Unit.COUNT),
    /** The last ICMP error: type and sender. */
    LAST_ICMP("last ICMP error", Unit.TEXT),
    /** The error that ended the leg. */
    ENDED_BY_ERROR("ended by error", Unit.TEXT),
    /** The state of finspect's end. */
    LOCAL_STATE("state of finspect's end", Unit.TEXT),
    /** When finspect sent its FIN. */
    FIN_SENT("FIN sent", Unit.NONE),
    /** How long the peer's kernel took to acknowledge that FIN. */
    FIN_ACKNOWLEDGED("FIN acknowledged after", Unit.NANOS),
    /** How often that FIN was sent again. */
    FIN_RETRANSMITS("FIN sent again, times", Unit.COUNT),
    /** When the peer's FIN was received. */
    FIN_RECEIVED("FIN received", Unit.NONE),
    /** Bytes received after finspect's FIN. */
    RECEIVED_AFTER_FIN("received after the FIN sent, bytes", Unit.BYTES),
    /** Bytes sent after the peer's FIN. */
    SENT_AFTER_FIN("sent after the FIN received, bytes", Unit.BYTES),
    /** When the peer's RST was received. */
    RST_RECEIVED("RST received", Unit.NONE),
    /** Why the peer's kernel, on this host, sent that RST, in its own word: {@code TCP_ABORT_ON_CLOSE}. */
    RST_REASON("the peer's kernel sent the RST for", Unit.TEXT),
    /** When the peer's socket, on this host, had finspect's FIN and entered CLOSE-WAIT. */
    CLOSE_WAIT_ENTERED("peer's socket entered CLOSE-WAIT", Unit.NONE),
    /** Time to live of that RST. */
    RST_TTL("time to live of the RST", Unit.COUNT),
    /** Least time to live of the peer's other segments. */
    LEAST_TTL("least time to live of other segments", Unit.COUNT),
    /** Greatest time to live of the peer's other segments. */
    GREATEST_TTL("greatest time to live of other segments", Unit.COUNT),
    /** When an RST came that lies outside the window. */
    RST_OUT_OF_WINDOW("RST outside the window", Unit.NONE),
    /** How long no byte passed, either way, before the last ones. */
    RESTED("idle before that, for", Unit.NANOS),
    /** The longest idle time after which connections to the peer lived on. */
    IDLE_SURVIVED("connections to it lived on after being idle for", Unit.NANOS),
    /** The shortest idle time after which they were dead, or were closed. */
    IDLE_ENDED("and did not after", Unit.NANOS),
    /** How many were. */
    IDLE_ENDS("which was seen, times", Unit.COUNT),
    /** The idle time after which finspect's kernel sends its first keep-alive probe. */
    KEEP_ALIVE_AFTER("finspect's first keep-alive probe comes after an idle time of", Unit.NANOS),
    /** That it sends none. */
    KEEP_ALIVE("finspect's keep-alive", Unit.TEXT),
    /** When the peer's kernel will send its next keep-alive probe, counted from the look-up of its socket. */
    PEER_PROBES_IN("its kernel's next keep-alive probe was due in", Unit.NANOS),
    /** That it sends none. */
    PEER_KEEP_ALIVE("its own keep-alive", Unit.TEXT),

    // The cleartext of a TLS handshake.
    /** What is awaited of the leg's peer: a TlsProgress.Step. */
    TLS_AWAITED("next in the TLS handshake", Unit.TEXT),
    /** The host name that the client asks for. */
    TLS_SERVER_NAME("server name in the ClientHello", Unit.TEXT),
    /** When the ClientHello had come. */
    TLS_CLIENT_HELLO("ClientHello received", Unit.NONE),
    /** Its size; of one that is not complete by its headers. */
    TLS_CLIENT_HELLO_BYTES("size of the ClientHello, bytes", Unit.BYTES),
    /** When the ServerHello had come. */
    TLS_SERVER_HELLO("ServerHello received", Unit.NONE),
    /** What a peer's first bytes are, where they are no TLS. */
    TLS_NOT_SPOKEN("its first bytes are", Unit.TEXT),

    // The peer's own socket.
    /** Bytes in the receive queue of the peer's socket, which its program has not read. */
    PEER_UNREAD("unread in the peer's socket, bytes", Unit.BYTES),
    /** Since when look-ups have found them there. */
    PEER_UNREAD_SINCE("unread in the peer's socket since", Unit.NONE),
    /** The state of the peer's socket. */
    PEER_STATE("state of the peer's socket", Unit.TEXT),
    /** The program that owns the peer's socket: {@code postgres (pid 812)}. */
    PEER_PROGRAM("owned by", Unit.TEXT),
    /** Why the peer's socket, or its program, could not be seen. */
    PEER_UNSEEN("could not be seen", Unit.TEXT),

    // Connection tracking of this host.
    /** The entry of the connection: {@code none}, or its state and what is unusual of it. */
    TRACKED("entry of conntrack", Unit.TEXT),
    /** When an earlier look had found an entry. */
    TRACKED_EARLIER("conntrack had an entry", Unit.NONE),
    /** How many other connections of the same service it tracks. */
    TRACKED_OTHERS("conntrack has entries of others of the same service", Unit.COUNT),
    /** How the entry translates what is sent: {@code 10.0.0.1:5000 > 10.0.0.2:80}. */
    TRACKED_AS("conntrack translates it to", Unit.TEXT),
    /** For how long it remembers an established connection without a packet. */
    TRACKED_FOR("conntrack remembers idle connections for", Unit.NANOS),
    /** Segments that this host's kernel could not send again meanwhile: a packet filter on this host refuses them. */
    RETRANSMITS_REFUSED("retransmissions of this host that it refused to send meanwhile", Unit.COUNT),
    /** Why the entry could not be seen. */
    TRACKED_UNSEEN("conntrack could not be read", Unit.TEXT);

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

    /** Its words in a table of evidence. */
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
