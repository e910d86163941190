package dev.finspect.admin;

import java.time.Duration;

/**
 * Limits of the admin server for its clients.
 *
 * @param connections open at once; one more closes the connection that has been idle longest
 * @param headers time from the first byte of a request to the end of its headers; also from accept() to the first byte
 * @param idle time between two requests on one connection
 * @param write time for a client to receive a response
 * @param answer time for the event loops to report their sessions
 * @param initialLineBytes maximum length of the request line
 * @param headerBytes maximum length of all headers of a request
 * @param heldBytes maximum memory for responses that are not yet sent, over all connections
 * @param lists limits for lists of sessions
 */
public record AdminLimits(
        int connections,
        Duration headers,
        Duration idle,
        Duration write,
        Duration answer,
        int initialLineBytes,
        int headerBytes,
        long heldBytes,
        Lists lists) {
    /**
     * Limits for lists of sessions, over all connections.
     *
     * @param atOnce lists that are made at once
     * @param waiting further ones that wait for their turn; fewer than the connections, so that scrapes and checks find room
     * @param patience how long they wait
     */
    public record Lists(int atOnce, int waiting, Duration patience) {
        /** 4 lists at once; 40 more wait, for 10 s. */
        public static final Lists DEFAULT = new Lists(4, 40, Duration.ofSeconds(10));
    }

    /** 64 connections; 5 s for headers, 60 s idle, 30 s to receive a response; 4 KB and 8 KB; 4 MB held. */
    public static final AdminLimits DEFAULT = new AdminLimits(
            64,
            Duration.ofSeconds(5),
            Duration.ofSeconds(60),
            Duration.ofSeconds(30),
            Duration.ofSeconds(5),
            4096,
            8192,
            4L << 20,
            Lists.DEFAULT);
}
