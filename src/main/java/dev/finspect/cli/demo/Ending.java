package dev.finspect.cli.demo;

import java.io.IOException;
import java.nio.channels.SocketChannel;

/** Plays one peer's part, however it ends, and closes its socket. */
final class Ending {
    /** One peer's part. */
    interface Part {
        /** Plays it. */
        void play(SocketChannel peer) throws IOException, InterruptedException;
    }

    private Ending() {}

    /** Plays {@code part}; a connection that breaks is what many of them are about. */
    static void of(SocketChannel peer, Part part) {
        try (peer) {
            part.play(peer);
        } catch (IOException broken) {
            // The record of the session says how it broke.
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}
