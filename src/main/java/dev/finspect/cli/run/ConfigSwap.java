package dev.finspect.cli.run;

import dev.finspect.cli.config.Config;
import dev.finspect.cli.process.CommandFailure;
import dev.finspect.cli.process.ExitCode;
import dev.finspect.log.RecordLog;
import dev.finspect.relay.RelayChange;
import dev.finspect.relay.RunningRelay;
import java.util.Optional;

/** Puts another configuration in force in a run: log, listeners, routes and capture, as a whole or not at all. */
final class ConfigSwap {
    private final RelayOpening opening;
    private final RunningRelay relay;
    private final RecordOutputs outputs;
    private final RouteCapture capture;
    private final RunMeters meters;
    private final ServingEnd end;

    /** For a run in which everything is open. */
    ConfigSwap(
            RelayOpening opening,
            RunningRelay relay,
            RecordOutputs outputs,
            RouteCapture capture,
            RunMeters meters,
            ServingEnd end) {
        this.opening = opening;
        this.relay = relay;
        this.outputs = outputs;
        this.capture = capture;
        this.meters = meters;
        this.end = end;
    }

    /**
     * Puts {@code next} in force in place of {@code before}; only what a {@link ConfigChange} does not refuse may differ.
     *
     * @throws CommandFailure if something stands in the way; nothing has changed
     */
    void apply(Config before, Config next) throws CommandFailure {
        switch (end.change(() -> swap(before, next))) {
            case SERVING -> {}
            case PASSING ->
                throw new CommandFailure(
                        ExitCode.RUNTIME,
                        "another process is about to take over (--take-over), and has read its own configuration.");
            case ENDING -> throw ending();
        }
    }

    private void swap(Config before, Config next) throws CommandFailure {
        Optional<RecordLog.FileChange> log = outputs.prepareLog(before, next);
        RelayChange change;
        try {
            change = opening.prepare(relay, before, next);
        } catch (CommandFailure e) {
            log.ifPresent(RecordLog.FileChange::abandon);
            throw e;
        }
        try {
            capture.widen(next, change.listening());
        } catch (RuntimeException e) {
            change.abandon();
            log.ifPresent(RecordLog.FileChange::abandon);
            throw e;
        }
        boolean made = change.commit();
        capture.follow(made ? next : before, relay.routes(), relay.listening());
        if (!made) {
            log.ifPresent(RecordLog.FileChange::abandon);
            throw ending();
        }
        log.ifPresent(RecordLog.FileChange::commit);
        outputs.follow(next);
        outputs.history().capacity(next.history());
        end.times(next.drainDelay(), next.drain());
        meters.routes(relay);
        meters.capture(capture);
    }

    private static CommandFailure ending() {
        return new CommandFailure(ExitCode.RUNTIME, "finspect is ending, and takes no configuration any more.");
    }
}
