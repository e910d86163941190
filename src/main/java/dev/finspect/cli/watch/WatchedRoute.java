package dev.finspect.cli.watch;

import dev.finspect.admin.Operation;
import dev.finspect.admin.Reloading;
import dev.finspect.admin.RouteTable;
import dev.finspect.cli.process.Version;
import dev.finspect.diagnose.Thresholds;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * A watch, as the admin server shows a proxy: one route, which listens nowhere and whose connections cannot be changed.
 *
 * @param end is run when an operator asks for the end
 */
record WatchedRoute(String name, Thresholds thresholds, Runnable end) implements RouteTable, Reloading, Operation {
    private static final String CLOSE_POLICY = "none";

    @Override
    public List<RouteStatus> rows() {
        return List.of(new RouteStatus(name, List.of(), List.of(), CLOSE_POLICY));
    }

    @Override
    public Optional<RouteStatus> closePolicy(String route, String policy) {
        return Optional.empty();
    }

    @Override
    public Thresholds thresholds(String route) {
        return thresholds;
    }

    @Override
    public CompletableFuture<Outcome> reload() {
        return CompletableFuture.completedFuture(new Outcome(
                Result.UNCHANGED, List.of("A watch does not read its configuration again. Start it anew.")));
    }

    @Override
    public String version() {
        return Version.number();
    }

    /** Ends the watch at once: it has nobody to wait for. */
    @Override
    public Duration drain(Optional<Duration> patience) {
        end.run();
        return Duration.ZERO;
    }
}
