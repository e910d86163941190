package dev.finspect.cli.warmup;

import java.util.List;

/** How a session of the load ends. The first byte of a request carries it to the service. */
enum LoadEnding {
    /** The client closes after its answer, as most do. */
    CLIENT_CLOSES,
    /** The client sends its FIN with the request, and reads to the service's. */
    CLIENT_HALF_CLOSES,
    /** The service closes after its answer. */
    SERVICE_CLOSES,
    /** The client sends an RST after its answer. */
    CLIENT_RESETS,
    /** The service sends an RST after its answer. */
    SERVICE_RESETS;

    /** In the proportion in which they occur in the load. */
    private static final List<LoadEnding> MIX = List.of(
            CLIENT_CLOSES,
            CLIENT_CLOSES,
            SERVICE_CLOSES,
            CLIENT_CLOSES,
            CLIENT_CLOSES,
            CLIENT_RESETS,
            CLIENT_CLOSES,
            CLIENT_CLOSES,
            SERVICE_CLOSES,
            CLIENT_CLOSES,
            CLIENT_HALF_CLOSES,
            CLIENT_CLOSES,
            CLIENT_CLOSES,
            SERVICE_CLOSES,
            CLIENT_CLOSES,
            SERVICE_RESETS);

    private static final LoadEnding[] ALL = values();

    /** The end of the session with this number. */
    static LoadEnding of(int session) {
        return MIX.get(session % MIX.size());
    }

    /** The end that a request with this first byte asks for; a client's own for other bytes. */
    static LoadEnding askedBy(byte first) {
        return first >= 0 && first < ALL.length ? ALL[first] : CLIENT_CLOSES;
    }

    boolean isServices() {
        return this == SERVICE_CLOSES || this == SERVICE_RESETS;
    }
}
