package dev.finspect.cli.demo;

import dev.finspect.relay.Timeouts;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.time.Duration;

/**
 * A service with one kind of behaviour, and its client.
 *
 * <p>Both run on their own threads with blocking channels, which an interrupt closes. The caller closes what they leave
 * open; some scenarios end with an {@link IOException} on purpose.
 */
interface DemoScenario {
    /** The name of its route. */
    String name();

    /** A description of at most 53 characters: what the service does, and what its sessions show. */
    String shows();

    /** The timeouts of its route. */
    default Timeouts timeouts() {
        return Timeouts.DEFAULT;
    }

    /** Whether the service listens on its port. */
    default boolean listens() {
        return true;
    }

    /** The pause between two sessions. */
    default Duration pause() {
        return Duration.ofSeconds(2);
    }

    /** Runs the service's side of a connection. */
    void serve(SocketChannel client) throws IOException, InterruptedException;

    /** Runs the client's side of a connection. */
    void use(SocketChannel service) throws IOException, InterruptedException;
}
