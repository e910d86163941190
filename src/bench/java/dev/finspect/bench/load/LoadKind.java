package dev.finspect.bench.load;

/** What the load process is asked to do. */
public enum LoadKind {
    /** Read what the source sends, as fast as it comes, on each stream. */
    BULK,
    /** Send request after request on connections that stay open. */
    KEEP_ALIVE,
    /** Open a connection, send one request, read its answer and close; again and again. */
    CHURN,
    /** Open connections, prove each with one request, and leave them open. */
    IDLE,
    /** Close the connections that {@link #IDLE} left open. */
    RELEASE
}
