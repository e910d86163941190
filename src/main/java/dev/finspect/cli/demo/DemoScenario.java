package dev.finspect.cli.demo;

import dev.finspect.relay.Timeouts;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.time.Duration;

/**
 * A service that behaves in one way, and the client that uses it.
 *
 * <p>Both parts run on threads of their own with blocking channels, which an interrupt closes. The caller closes what
 * they leave open; an {@link IOException} is how some of them are meant to end.
 */
interface DemoScenario {
    /** The name of its route. */
    String name();

    /** One sentence of at most 53 characters: what the service does, and what its sessions show. */
    String shows();

    /** When finspect ends a session of this route by itself. */
    default Timeouts timeouts() {
        return Timeouts.DEFAULT;
    }

    /** Whether anybody listens at the service's port. */
    default boolean listens() {
        return true;
    }

    /** From the end of one session to the beginning of the next. */
    default Duration pause() {
        return Duration.ofSeconds(2);
    }

    /** What the service does with a connection. */
    void serve(SocketChannel client) throws IOException, InterruptedException;

    /** What the client does with a connection. */
    void use(SocketChannel service) throws IOException, InterruptedException;
}
