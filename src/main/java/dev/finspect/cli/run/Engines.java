package dev.finspect.cli.run;

import dev.finspect.relay.Engine;
import dev.finspect.relay.EngineChoice;
import dev.finspect.relay.epoll.EpollEngine;
import dev.finspect.relay.nio.NioEngine;

/** Chooses the data path. */
public final class Engines {
    private Engines() {}

    /** The data path that a configuration asks for. */
    public static Engine.Starter of(EngineChoice choice) {
        boolean epoll = switch (choice) {
            case AUTO -> EpollEngine.available();
            case EPOLL -> true;
            case NIO -> false;
        };
        Engine.Starter nio = NioEngine::start;
        return epoll ? EpollEngine::start : nio;
    }
}
