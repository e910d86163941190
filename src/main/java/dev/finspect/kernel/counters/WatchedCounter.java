package dev.finspect.kernel.counters;

/** A counter of the kernel that says why connections suffer. */
enum WatchedCounter {
    /** Connections that found the accept queue of their listener full. */
    LISTEN_OVERFLOWS("ListenOverflows", "handshakes met a full accept queue"),
    /** All that listeners dropped, full queues among it. */
    LISTEN_DROPS("ListenDrops", "SYNs or handshakes were dropped at listeners"),
    /** SYNs dropped because the queue of half-open connections was full. */
    REQUEST_QUEUE_FULL("TCPReqQFullDrop", "SYNs met a full queue of half-open connections"),
    /** SYN cookies sent in the place of entries of that queue. */
    SYN_COOKIES("SyncookiesSent", "SYN cookies were sent, since that queue was full"),
    /** Retransmission time-outs. */
    TIMEOUTS("TCPTimeouts", "retransmission time-outs"),
    /** Sockets closed by their program with bytes unread. */
    ABORT_ON_CLOSE("TCPAbortOnClose", "connections were reset, closed with bytes unread"),
    /** Data for sockets that nobody reads any more. */
    ABORT_ON_DATA("TCPAbortOnData", "connections were reset, as bytes came after their close"),
    /** Connections ended by the kernel for lack of memory. */
    ABORT_ON_MEMORY("TCPAbortOnMemory", "connections were ended for lack of memory"),
    /** Connections given up after too many time-outs. */
    ABORT_ON_TIMEOUT("TCPAbortOnTimeout", "connections were given up after time-outs"),
    /** Connections in FIN-WAIT-2 that ended with SO_LINGER or TCP_LINGER2. */
    ABORT_ON_LINGER("TCPAbortOnLinger", "closed connections were ended before the peer's FIN"),
    /** Receive buffers that had to be emptied of what came out of order. */
    PRUNE_CALLED("PruneCalled", "receive buffers were too full, and were pruned"),
    /** Segments dropped from pruned buffers. */
    RECEIVE_PRUNED("RcvPruned", "segments were dropped from full receive buffers"),
    /** Segments dropped because the receive queue had no room. */
    RECEIVE_QUEUE_DROP("TCPRcvQDrop", "segments met a full receive buffer"),
    /** Segments dropped because a socket's backlog had no room. */
    BACKLOG_DROP("TCPBacklogDrop", "segments met a full backlog of a busy socket"),
    /** Segments beyond a closed window. */
    ZERO_WINDOW_DROP("TCPZeroWindowDrop", "segments met a closed window"),
    /** Times at which TCP as a whole ran short of memory. */
    MEMORY_PRESSURE("TCPMemoryPressures", "TCP as a whole ran short of memory"),
    /** Segments with a wrong checksum. */
    CHECKSUM_ERRORS("InCsumErrors", "segments had a wrong checksum"),
    /** Packets for which connection tracking had no room. */
    CONNTRACK_DROP("conntrack_drop", "packets were dropped: the table of connection tracking was full"),
    /** Entries of connection tracking thrown out for new ones. */
    CONNTRACK_EARLY_DROP("conntrack_early_drop", "connection tracking forgot entries for want of room"),
    /** Packets dropped because two made the same entry. */
    CONNTRACK_INSERT_FAILED(
            "conntrack_insert_failed", "packets were dropped: connection tracking could not enter them");

    private final String label;
    private final String words;

    WatchedCounter(String label, String words) {
        this.label = label;
        this.words = words;
    }

    /** The kernel's name; those of connection tracking with {@code conntrack_} before it. */
    String label() {
        return label;
    }

    /** What was counted, for a person. */
    String words() {
        return words;
    }
}
