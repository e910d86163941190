package dev.finspect.cli.run;

import dev.finspect.admin.feed.FeedSink;
import dev.finspect.cli.config.Config;
import dev.finspect.cli.process.CommandFailure;
import dev.finspect.cli.process.ExitCode;
import dev.finspect.kernel.ThreadPriority;
import dev.finspect.log.CaptureFolder;
import dev.finspect.log.LogSettings;
import dev.finspect.log.RecordLog;
import dev.finspect.metrics.Metrics;
import dev.finspect.session.SessionHistory;
import dev.finspect.session.SessionRecord;
import dev.finspect.session.SessionSink;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where the events of sessions go in a run: the log, the meters, the history, the live stream, saved captures. */
public final class RecordOutputs {
    private static final Logger LOG = LoggerFactory.getLogger(RecordOutputs.class);
    private static final Duration LOG_WAIT = Duration.ofSeconds(5);

    private final Metrics metrics;
    private final SessionHistory history;
    private final ObservedUpstreams seen = new ObservedUpstreams();
    private final FeedSink feed = new FeedSink();
    private @Nullable RecordLog log;
    private @Nullable CaptureFolder folder;
    private @Nullable Sinks sinks;

    /** The files are not open yet. */
    public RecordOutputs(Config config, Metrics metrics) {
        this.metrics = metrics;
        history = new SessionHistory(config.history());
    }

    /** Records go to this session log, too. */
    public void log(RecordLog opened, FatalExit fatalExit) {
        log = opened;
        fatalExit.flushBy(opened::close);
        metrics.watchDrops(opened.name(), opened::dropped);
        metrics.watchLog(opened::written, opened::deleted, opened::leftOut);
    }

    /**
     * Opens the folder of saved captures; without the right to write there, warns.
     *
     * @param captured the captured headers of a session as a file
     */
    public void openFolder(Config.Save save, Function<SessionRecord, Optional<byte[]>> captured) throws CommandFailure {
        try {
            CaptureFolder opened = CaptureFolder.open(
                    save.folder(), save.maxBytes(), save.maxAge().orElse(null), captured::apply, ThreadPriority::lower);
            folder = opened;
            metrics.watchDrops(opened.name(), opened::dropped);
        } catch (AccessDeniedException e) {
            LOG.warn(
                    "Captures are not saved: user {} may not write to {}. Name a directory that this user can write to",
                    System.getProperty("user.name"),
                    save.folder());
        } catch (IOException e) {
            throw new CommandFailure(
                    ExitCode.CONFIGURATION,
                    "cannot save captures in " + save.folder() + " ("
                            + (e instanceof FileSystemException refused && refused.getReason() != null
                                    ? refused.getReason()
                                    : e.getClass().getSimpleName())
                            + "). Name a directory that finspect can write to.");
        }
    }

    /**
     * All that are open, as one.
     *
     * @param others called after them
     */
    public SessionSink sink(SessionSink... others) {
        List<SessionSink> all = new ArrayList<>();
        if (log != null) {
            all.add(log);
        }
        all.addAll(List.of(metrics.sink(), history, seen, feed));
        if (folder != null) {
            all.add(folder);
        }
        all.addAll(List.of(others));
        Sinks together = new Sinks(all.toArray(SessionSink[]::new));
        sinks = together;
        return together;
    }

    /** The sessions that have closed. */
    public SessionHistory history() {
        return history;
    }

    /** What the live stream shows of them. */
    public FeedSink feed() {
        return feed;
    }

    ObservedUpstreams seen() {
        return seen;
    }

    /** Makes ready the log of another configuration; empty if it stays. */
    Optional<RecordLog.FileChange> prepareLog(Config before, Config next) throws CommandFailure {
        RecordLog open = log;
        boolean same = next.log().with(before.log().lines()).equals(before.log());
        if (open == null || next.log().file().isEmpty() || same) {
            return Optional.empty();
        }
        try {
            // The format stays, and a log on standard output as well.
            return Optional.of(open.prepare(LogSettings.file(
                            LogSettings.Format.JSON,
                            next.log().file().get(),
                            next.log().maxBytes(),
                            next.log().keep())
                    .withMode(next.log().mode())));
        } catch (IOException e) {
            throw new CommandFailure(ExitCode.CONFIGURATION, e.getMessage() + ".");
        }
    }

    /** From now on, the log has lines as this configuration says. */
    void follow(Config next) {
        RecordLog open = log;
        if (open != null) {
            open.follow(LogRules.of(next.log().lines()));
        }
    }

    /** Reopens the log file, soon, on the log's thread; false if records go to standard output. */
    public boolean reopenLog() {
        RecordLog opened = log;
        return opened != null && opened.reopen();
    }

    /** Events that errors kept from being recorded. */
    public long errors() {
        Sinks together = sinks;
        return together == null ? 0 : together.errors();
    }

    /** Closes the folder of saved captures, when it has written what waits. */
    public void closeFolder() {
        CaptureFolder opened = folder;
        if (opened != null) {
            opened.close();
        }
    }

    /** Closes the log, when it has written what waits. */
    public void closeLog() {
        RecordLog opened = log;
        if (opened != null) {
            opened.close(LOG_WAIT);
        }
    }

    /** Whether there is a log. */
    public boolean logs() {
        return log != null;
    }

    /** Records that the log has dropped. */
    public long dropped() {
        RecordLog opened = log;
        return opened == null ? 0 : opened.dropped();
    }
}
