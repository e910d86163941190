package dev.finspect.admin;

import java.time.Duration;

/**
 * What the admin server grants its clients.
 *
 * @param connections open at once; one more closes the one that has waited longest without a request
 * @param headers from the first byte of a request to the end of its headers; also from accept() to the first byte
 * @param idle between two requests of one connection
 * @param write for a client to take an answer
 * @param answer for the event loops to tell about their sessions
 * @param initialLineBytes of the request line
 * @param headerBytes of all headers
 * @param heldBytes of answers that clients have not yet taken, all connections together
 */
public record AdminLimits(
        int connections,
        Duration headers,
        Duration idle,
        Duration write,
        Duration answer,
        int initialLineBytes,
        int headerBytes,
        long heldBytes) {
    /** 64 connections; 5 s for headers, 60 s idle, 30 s to take an answer; 4 KB and 8 KB; 16 MB held. */
    public static final AdminLimits DEFAULT = new AdminLimits(
            64,
            Duration.ofSeconds(5),
            Duration.ofSeconds(60),
            Duration.ofSeconds(30),
            Duration.ofSeconds(5),
            4096,
            8192,
            16L << 20);
}
