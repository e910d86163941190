package dev.finspect.cli.run;

import dev.finspect.cli.config.Config;
import dev.finspect.cli.process.Version;
import dev.finspect.kernel.Reading;
import dev.finspect.kernel.capture.Capture;
import dev.finspect.relay.RunningRelay;
import dev.finspect.session.SessionRecord;
import dev.finspect.session.SessionSink;
import dev.finspect.session.join.CaptureJoin;
import dev.finspect.session.kept.CaptureExport;
import dev.finspect.session.kept.KeptCapture;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** The packet capture of a run, and what it has kept of each session. Any thread. */
final class SessionCapture {
    /** How long the capture gets for the last segments: usually it takes a tenth of a second, on a busy machine seconds. */
    private static final Duration LAST_SEGMENTS_WAIT = Duration.ofSeconds(10);
    /** How long a closed capture gets to report what it still holds. */
    private static final Duration REPORT_WAIT = Duration.ofSeconds(5);

    private static final long POLL_NANOS = 5_000_000;

    private final CaptureExport export = new CaptureExport("finspect " + Version.number());
    private volatile @Nullable CaptureJoin join;
    private volatile @Nullable RouteCapture routes;

    /** A sink that adds to each session what was captured of it, and passes it on to {@code next}. */
    SessionSink before(Config config, SessionSink next) {
        CaptureJoin joining = CapturedRoutes.join(config, next);
        join = joining;
        return joining;
    }

    /** Begins to capture what the configuration says; the relay's sink is {@link #before}. */
    RouteCapture begin(Config config, RunningRelay running) {
        CaptureJoin joining = join;
        if (joining == null) {
            throw new IllegalStateException("no sink waits for segments");
        }
        RouteCapture following = new RouteCapture(joining, running::livingOn);
        following.begin(config, running.routes(), running.listening());
        routes = following;
        return following;
    }

    /** The capture of the routes; it must have begun. */
    RouteCapture routes() {
        RouteCapture following = routes;
        if (following == null) {
            throw new IllegalStateException("the capture has not begun");
        }
        return following;
    }

    /** The open capture, or why it did not open; waits until that is known. Empty if none is configured. */
    Optional<Reading<Capture>> opened() {
        RouteCapture following = routes;
        return following == null ? Optional.empty() : following.opened();
    }

    /** Whether packets are captured, or were to be: what is begun later needs rights that may be gone. */
    boolean begun() {
        RouteCapture following = routes;
        return following != null && following.begun();
    }

    /** The captured headers of a session. */
    List<KeptCapture> kept(String id) {
        CaptureJoin joining = join;
        return joining == null ? List.of() : joining.kept(id);
    }

    /** The captured headers of a session as a pcapng file. */
    Optional<byte[]> file(SessionRecord record) {
        return join == null
                ? Optional.empty()
                : export.pcapng(kept(record.identity().id()), record);
    }

    /** Ends of sessions that are held back until their last segments are there. */
    int heldEnds() {
        CaptureJoin joining = join;
        return joining == null ? 0 : joining.waiting();
    }

    /** Closes the capture after the last segments; its thread may be late. */
    void close() {
        RouteCapture following = routes;
        if (following != null) {
            awaitHeldEnds(LAST_SEGMENTS_WAIT);
            following.close();
            awaitHeldEnds(REPORT_WAIT);
        }
    }

    private void awaitHeldEnds(Duration most) {
        long deadlineNanos = System.nanoTime() + most.toNanos();
        while (heldEnds() > 0 && System.nanoTime() - deadlineNanos < 0) {
            LockSupport.parkNanos(this, POLL_NANOS);
        }
    }
}
