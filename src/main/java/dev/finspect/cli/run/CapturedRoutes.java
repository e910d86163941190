package dev.finspect.cli.run;

import dev.finspect.cli.config.Config;
import dev.finspect.record.CaptureMode;
import dev.finspect.session.SessionSink;
import dev.finspect.session.join.CaptureJoin;
import dev.finspect.session.join.CapturedRoute;
import dev.finspect.tcp.EpochNanos;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The captured routes of a configuration, as input for the join of segments and sessions. */
final class CapturedRoutes {
    /** For kept headers: about 60,000 segments. */
    private static final long KEPT_BYTES = 8L << 20;

    /** Memory of one joined session without kept headers; measured: 2 to 5 KB. */
    private static final long SESSION_BYTES = 4L << 10;

    /** One part in so many of the heap is for joined sessions. */
    private static final int SHARE_OF_HEAP = 4;

    private static final int NUMBER_BITS = 20;

    private CapturedRoutes() {}

    /** A join for the captured routes, which forwards to {@code next}. */
    static CaptureJoin join(Config config, SessionSink next) {
        Map<String, CaptureMode> modes = new HashMap<>();
        for (int i = 0; i < config.relay().routes().size(); i++) {
            CaptureMode mode = mode(config, i);
            if (mode != null) {
                modes.put(config.route(i).name(), mode);
            }
        }
        long salt = new SecureRandom().nextInt() & 0x3fff_ffffL;
        long mostSessions = Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP / SESSION_BYTES;
        return new CaptureJoin(
                modes, KEPT_BYTES, (int) Math.min(Integer.MAX_VALUE, mostSessions), next, salt << NUMBER_BITS);
    }

    /** The captured routes with their listening addresses. */
    static List<CapturedRoute> watched(Config config, Map<String, List<InetSocketAddress>> listening) {
        List<CapturedRoute> watched = new ArrayList<>();
        for (int i = 0; i < config.relay().routes().size(); i++) {
            String route = config.route(i).name();
            CaptureMode mode = mode(config, i);
            if (mode != null) {
                watched.add(new CapturedRoute(route, mode, listening.getOrDefault(route, List.of())));
            }
        }
        return watched;
    }

    /** What is captured of a route; null for nothing. */
    private static @Nullable CaptureMode mode(Config config, int route) {
        return switch (config.capture().modes().get(route)) {
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
