package dev.finspect.bench.host;

/** Whose host of a network: the same for all three on a loopback. */
public enum Part {
    CLIENTS,
    PROXY,
    SERVICES
}
