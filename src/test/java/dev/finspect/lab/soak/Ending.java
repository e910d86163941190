package dev.finspect.lab.soak;

import java.io.IOException;
import java.net.Socket;

/**
 * How one connection of the soak ends. A client writes its name, then the sizes of request and answer, then
 * the request. Both check every byte that they read.
 */
enum Ending {
    /** The client closes its direction after the request; the service answers after that, and closes. */
    CLIENT_FIRST(true),
    /** The service answers and closes; then the client closes. */
    SERVICE_FIRST(true),
    /** The service closes its direction at once, and reads the request after that. */
    HALF_CLOSED_BY_SERVICE(true),
    /** The client reads the answer with pauses. */
    SLOW_READER(true),
    /** The client leaves by a reset in the middle of the answer. */
    CLIENT_RESETS(false),
    /** The service leaves by a reset in the middle of the answer. */
    SERVICE_RESETS(false),
    /** The client closes without a byte, as health checks do. */
    SILENT(true);

    /** Whether it ends by a FIN of each, with all bytes delivered. */
    final boolean isClean;

    Ending(boolean isClean) {
        this.isClean = isClean;
    }

    /** Ends by a reset. */
    static void reset(Socket socket) throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }
}
