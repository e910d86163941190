package dev.finspect.session.kept;

import dev.finspect.tcp.Leg;
import org.jspecify.annotations.Nullable;

/**
 * What a connection has left, of which no segment is expected any more: nothing but its headers, since far more sessions are
 * kept than live.
 *
 * @param leg null where no session claimed it
 * @param headers changed no more while they are kept
 * @param dropped how many packets the capture lost while the connection lived, of any connection
 */
public record LastHeaders(@Nullable Leg leg, HeaderRing headers, long dropped) {
    @Nullable
    KeptCapture kept() {
        return leg == null ? null : KeptCapture.of(leg, headers, dropped);
    }
}
