package dev.finspect.bench.proxy;

/**
 * What a contender is to relay.
 *
 * @param listenHost where it takes connections
 * @param listenPort and the port there
 * @param upstreamHost where it passes them on to
 * @param upstreamPort and the port there
 * @param sessions how many it must be able to hold at once
 */
public record Route(String listenHost, int listenPort, String upstreamHost, int upstreamPort, int sessions) {}
