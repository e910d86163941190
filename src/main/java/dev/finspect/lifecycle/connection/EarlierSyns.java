package dev.finspect.lifecycle.connection;

/**
 * The SYNs of one endpoint in a finished connection.
 *
 * @param number their sequence number
 * @param firstAtNanos time of the first
 * @param times number of SYNs
 */
record EarlierSyns(int number, long firstAtNanos, int times) {}
