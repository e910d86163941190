package dev.finspect.bench.proxy;

/**
 * What a contender is to relay, all on 127.0.0.1.
 *
 * @param listenPort where it takes connections
 * @param upstreamPort where it passes them on to
 * @param sessions how many it must be able to hold at once
 */
public record Route(int listenPort, int upstreamPort, int sessions) {}
