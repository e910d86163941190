package dev.finspect.relay;

/** Which data path a configuration asks for. */
public enum EngineChoice {
    /** The fast path where the native library loads, else the portable one. */
    AUTO,
    /** Own handles on Netty's epoll loops; an error where the native library cannot load. */
    EPOLL,
    /** NIO channels, on any system. */
    NIO
}
