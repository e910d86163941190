package dev.finspect.relay;

import dev.finspect.session.live.IoRound;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** The rounds of the loops of an engine, by loop. Any thread. */
public final class IoRounds {
    private final ConcurrentMap<Object, IoRound> rounds = new ConcurrentHashMap<>();

    /** The rounds of one loop. */
    public IoRound of(Object loop) {
        return rounds.computeIfAbsent(loop, any -> new IoRound());
    }
}
