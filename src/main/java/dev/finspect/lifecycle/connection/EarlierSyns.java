package dev.finspect.lifecycle.connection;

/**
 * The SYNs of one endpoint in facts that were handed out.
 *
 * @param number their sequence number
 * @param firstAtNanos when the first of them passed
 * @param times how many there were
 */
record EarlierSyns(int number, long firstAtNanos, int times) {}
