package dev.finspect.cli.run;

import dev.finspect.cli.config.Config;
import dev.finspect.record.CaptureMode;
import dev.finspect.session.SessionSink;
import dev.finspect.session.join.CaptureJoin;
import dev.finspect.tcp.EpochNanos;
import dev.finspect.wire.filter.FilterMode;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The captured routes of a configuration, as input for the join of segments and sessions. */
final class CapturedRoutes {
    /** For kept headers: about 60,000 segments. */
    private static final long KEPT_BYTES = 8L << 20;

    /** Memory of one joined session without kept headers; measured: 2 to 5 KB. */
    private static final long SESSION_BYTES = 4L << 10;

    /** Memory of a session that has ended and waits for its last segments, with all that it has; measured: 8 to 10 KB. */
    private static final long ENDED_BYTES = 10L << 10;

    /** One part in so many of the heap is for joined sessions, and another for those that have ended and wait. */
    private static final int SHARE_OF_HEAP = 4;

    private static final int NUMBER_BITS = 20;

    private CapturedRoutes() {}

    /** A join for the captured routes, which forwards to {@code next}. */
    static CaptureJoin join(Config config, SessionSink next) {
        Map<String, CaptureMode> modes = new HashMap<>();
        for (int i = 0; i < config.relay().routes().size(); i++) {
            CaptureMode mode = mode(config.capture().modes().get(i));
            if (mode != null) {
                modes.put(config.route(i).name(), mode);
            }
        }
        long salt = new SecureRandom().nextInt() & 0x3fff_ffffL;
        return new CaptureJoin(modes, KEPT_BYTES, most(SESSION_BYTES), most(ENDED_BYTES), next, salt << NUMBER_BITS);
    }

    private static int most(long eachBytes) {
        return (int) Math.min(Integer.MAX_VALUE, Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP / eachBytes);
    }

    /** What is captured of a route; null for nothing. */
    static @Nullable CaptureMode mode(FilterMode mode) {
        return switch (mode) {
            case OFF -> null;
            case LIFECYCLE -> CaptureMode.LIFECYCLE;
            case HEADERS -> CaptureMode.HEADERS;
        };
    }

    /** The wall-clock time in nanoseconds since the Unix epoch. */
    static long epochNanos() {
        return EpochNanos.of(Instant.now());
    }
}
