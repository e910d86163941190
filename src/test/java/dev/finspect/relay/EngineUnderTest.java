package dev.finspect.relay;

import dev.finspect.relay.epoll.EpollEngine;
import dev.finspect.relay.nio.NioEngine;
import io.netty.util.internal.PlatformDependent;
import java.util.List;

/** The data paths, and what each can know; a test that depends on it asks here, and says what holds without it. */
enum EngineUnderTest {
    EPOLL(EpollEngine::start, EngineChoice.EPOLL, true, true, true, true),
    NIO(NioEngine::start, EngineChoice.NIO, false, false, false, false);

    @SuppressWarnings("ImmutableEnumChecker") // a method reference
    final Engine.Starter starter;

    final EngineChoice choice;

    /**
     * An RST is seen at once, though the leg is not being read because its peer takes nothing, or because its FIN was read
     * before. Without it, an RST is seen at the next read or write on the leg.
     */
    final boolean seesResetWithoutReading;

    /** The kernel's tcp_info is there, so that what is acknowledged is known. */
    final boolean readsTcpInfo;

    /** The mark of urgent data is seen. */
    final boolean seesUrgent;

    /**
     * A connection that was reset as soon as it stood is told from one that never stood. Without it, the attempt may count
     * as failed, by a reset.
     */
    final boolean tellsResetFromRefusal;

    EngineUnderTest(
            Engine.Starter starter,
            EngineChoice choice,
            boolean seesResetWithoutReading,
            boolean readsTcpInfo,
            boolean seesUrgent,
            boolean tellsResetFromRefusal) {
        this.starter = starter;
        this.choice = choice;
        this.seesResetWithoutReading = seesResetWithoutReading;
        this.readsTcpInfo = readsTcpInfo;
        this.seesUrgent = seesUrgent;
        this.tellsResetFromRefusal = tellsResetFromRefusal;
    }

    /** Those that must run on this system. */
    static List<EngineUnderTest> here() {
        return PlatformDependent.normalizedOs().equals("linux") ? List.of(EPOLL, NIO) : List.of(NIO);
    }
}
