package dev.finspect.diagnose;

import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * The addresses of a session, for sentences and commands.
 *
 * @param route the route's name; empty without one
 * @param client the client's address
 * @param clientLocal finspect's address on the client leg
 * @param upstreamLocal finspect's address on the upstream leg; null before it is connected
 * @param upstream the service's address; null if none was reached or is being tried
 */
public record Parties(
        String route,
        InetSocketAddress client,
        @Nullable InetSocketAddress clientLocal,
        @Nullable InetSocketAddress upstreamLocal,
        @Nullable InetSocketAddress upstream) {}
