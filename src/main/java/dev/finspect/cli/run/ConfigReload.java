package dev.finspect.cli.run;

import dev.finspect.admin.Reloading;
import dev.finspect.cli.config.Config;
import dev.finspect.cli.config.ConfigException;
import dev.finspect.cli.config.ConfigProblem;
import dev.finspect.cli.process.CommandFailure;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the configuration again and puts it in force, one reload after the other, on a thread of its own. What happened is
 * also reported on standard error. Any thread.
 *
 * <pre>
 *   read, check          an error: nothing changes
 *   compare              something cannot change: nothing changes
 *   open files, bind     something is refused: closed again, nothing changes
 *   swap
 * </pre>
 */
public final class ConfigReload implements Reloading {
    private static final Logger LOG = LoggerFactory.getLogger(ConfigReload.class);
    private static final int MOST_WAITING = 16;

    private final Reader reader;
    private final PrintStream err;
    private final Map<Result, LongAdder> counts = new EnumMap<>(Result.class);
    private final ThreadPoolExecutor thread =
            new ThreadPoolExecutor(1, 1, 10, TimeUnit.SECONDS, new ArrayBlockingQueue<>(MOST_WAITING), task -> {
                Thread made = new Thread(task, "finspect-reload");
                made.setDaemon(true);
                return made;
            });
    private volatile long lastSuccessEpochSeconds = System.currentTimeMillis() / 1000;
    private volatile Optional<Running> running = Optional.empty();

    /** Reads the configuration as it is now. */
    @FunctionalInterface
    public interface Reader {
        /** The configuration; empty if it is not in a file, so that it cannot have changed. */
        Optional<Config> read() throws ConfigException, CommandFailure;
    }

    /** What runs under a configuration. */
    public interface Running {
        /** The configuration in force. */
        Config config();

        /** What stands against another configuration, apart from what no finspect can change; a sentence each. */
        List<String> refusals(Config next);

        /** What another one changes back that was changed since by other means, a sentence each. */
        default List<String> changes(Config next) {
            return List.of();
        }

        /** Puts another one in force as a whole, or fails and leaves everything as it was. */
        void apply(Config next) throws CommandFailure;
    }

    /** Reports to {@code err}. */
    public ConfigReload(Reader reader, PrintStream err) {
        this.reader = reader;
        this.err = err;
        for (Result result : Result.values()) {
            counts.put(result, new LongAdder());
        }
        thread.allowCoreThreadTimeOut(true);
    }

    /** None can be read again: for what does not come from a file. */
    static ConfigReload none() {
        return new ConfigReload(Optional::empty, System.err);
    }

    /** Everything is open: reloads are possible from now on. */
    public void opened(Running open) {
        running = Optional.of(open);
    }

    /** How many reloads had this result. */
    long count(Result result) {
        LongAdder count = counts.get(result);
        return count == null ? 0 : count.sum();
    }

    /** When the configuration was last put in force, in seconds since the Unix epoch. */
    long lastSuccessEpochSeconds() {
        return lastSuccessEpochSeconds;
    }

    @Override
    public CompletableFuture<Outcome> reload() {
        try {
            return CompletableFuture.supplyAsync(this::once, thread);
        } catch (RejectedExecutionException e) {
            return CompletableFuture.completedFuture(
                    new Outcome(Result.REFUSED, List.of("Too many reloads wait. Try again later.")));
        }
    }

    private Outcome once() {
        Outcome outcome;
        try {
            outcome = attempt();
        } catch (RuntimeException e) {
            LOG.error("the configuration cannot be put in force", e);
            outcome = new Outcome(
                    Result.REFUSED, List.of("The configuration cannot be put in force: " + e + " (see the log)."));
        }
        LongAdder count = counts.get(outcome.result());
        if (count != null) {
            count.increment();
        }
        if (outcome.result().succeeded()) {
            lastSuccessEpochSeconds = System.currentTimeMillis() / 1000;
        }
        outcome.messages().forEach(message -> err.println("reload: " + message));
        return outcome;
    }

    private Outcome attempt() {
        if (running.isEmpty()) {
            return new Outcome(Result.REFUSED, List.of("The configuration has only just been read."));
        }
        Running open = running.get();
        Config next;
        try {
            Optional<Config> read = reader.read();
            if (read.isEmpty()) {
                return new Outcome(
                        Result.UNCHANGED,
                        List.of("The configuration comes from the command line: there is no file to read again."));
            }
            next = read.get();
        } catch (ConfigException e) {
            return failed(
                    Result.INVALID,
                    e.problems().stream().map(ConfigProblem::toString).toList());
        } catch (CommandFailure e) {
            return failed(Result.INVALID, List.of(String.valueOf(e.getMessage())));
        }
        return apply(open, next);
    }

    private static Outcome apply(Running open, Config next) {
        ConfigChange change = ConfigChange.between(open.config(), next);
        List<String> refusals = new ArrayList<>(change.refusals());
        refusals.addAll(open.refusals(next));
        if (!refusals.isEmpty()) {
            return failed(Result.REFUSED, refusals);
        }
        List<String> changes = new ArrayList<>(change.changes());
        changes.addAll(open.changes(next));
        if (changes.isEmpty()) {
            return new Outcome(Result.UNCHANGED, List.of("The configuration has not changed."));
        }
        try {
            open.apply(next);
        } catch (CommandFailure e) {
            return failed(Result.REFUSED, List.of(String.valueOf(e.getMessage())));
        }
        return new Outcome(Result.APPLIED, changes);
    }

    private static Outcome failed(Result result, List<String> reasons) {
        List<String> messages = new ArrayList<>(reasons);
        messages.add("Nothing has changed: finspect goes on with the configuration before.");
        return new Outcome(result, messages);
    }
}
