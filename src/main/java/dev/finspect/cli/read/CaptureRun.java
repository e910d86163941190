package dev.finspect.cli.read;

import dev.finspect.diagnose.Thresholds;
import dev.finspect.lifecycle.connection.ConnectionFacts;
import dev.finspect.lifecycle.connection.TrackingSettings;
import dev.finspect.record.JoinedBy;
import dev.finspect.session.SessionRecord;
import dev.finspect.session.file.CapturedConnections;
import dev.finspect.session.file.CapturedRecords;
import dev.finspect.session.file.JoinedLegs;
import dev.finspect.wire.Decoded;
import dev.finspect.wire.IcmpError;
import dev.finspect.wire.TcpSegment;
import dev.finspect.wire.Undecoded;
import dev.finspect.wire.capture.ByteSource;
import dev.finspect.wire.capture.CaptureEnd;
import dev.finspect.wire.capture.CaptureReader;
import dev.finspect.wire.packet.LinkType;
import dev.finspect.wire.packet.PacketDecoder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Turns capture files into records. Files that continue one another are one capture, such as those of tcpdump with file
 * rotation; a file that starts before the last one ended, or more than a minute after, starts a new capture. For one
 * thread; the number of concurrent connections bounds its memory.
 */
public final class CaptureRun {
    /** Called at intervals while a file is read. */
    @FunctionalInterface
    public interface ProgressListener {
        /** Returns whether to go on; {@code offsetBytes} of the current file have been read. */
        boolean goOn(long offsetBytes);
    }

    /** Longest gap between two files of one capture. */
    private static final long LONGEST_PAUSE_NANOS = 60_000_000_000L;

    private static final int PACKETS_BETWEEN_CALLS = 4_096;

    private final TrackingSettings settings;
    private final Thresholds thresholds;
    private final Consumer<SessionRecord> records;
    private final PacketDecoder decoder;
    private final Totals totals = new Totals();
    private @Nullable OneCapture current;
    private long numberBase;

    /** Verifies checksums if the settings skip wrong ones. */
    public CaptureRun(TrackingSettings settings, Consumer<SessionRecord> records) {
        this(settings, Thresholds.STANDARD, records);
    }

    /** The same, with these thresholds for what counts as hung. */
    CaptureRun(TrackingSettings settings, Thresholds thresholds, Consumer<SessionRecord> records) {
        this.settings = settings;
        this.thresholds = thresholds;
        this.records = records;
        decoder = PacketDecoder.joiningFragments(settings.skipWrongChecksums());
    }

    /** The totals so far. */
    public Totals totals() {
        return totals;
    }

    /** Reads one file to its end; null if {@code progress} stopped it. Passes on exceptions of the input. */
    public @Nullable CaptureEnd read(ByteSource input, ProgressListener progress) {
        CaptureReader reader = new CaptureReader(input);
        int untilCall = PACKETS_BETWEEN_CALLS;
        boolean first = true;
        while (reader.advance()) {
            if (first) {
                begin(reader.frame().atNanos());
                first = false;
            }
            takeIncomplete(reader.frame().atNanos());
            take(decoder.decode(reader.frame()), reader.frame().linkType());
            totals.packets++;
            if (--untilCall == 0) {
                untilCall = PACKETS_BETWEEN_CALLS;
                if (!progress.goOn(reader.offset())) {
                    return null;
                }
            }
        }
        totals.untimed += reader.untimedFrames();
        return reader.end();
    }

    private void begin(long atNanos) {
        OneCapture before = current;
        if (before != null) {
            long pauseNanos = atNanos - before.connections.lastAtNanos();
            if (pauseNanos >= 0 && pauseNanos <= LONGEST_PAUSE_NANOS) {
                return;
            }
        }
        finish();
        current = new OneCapture(atNanos);
    }

    /** Takes the segments whose fragments have not all come. */
    private void takeIncomplete(long nowNanos) {
        for (TcpSegment segment = decoder.incomplete(nowNanos);
                segment != null;
                segment = decoder.incomplete(nowNanos)) {
            totals.incomplete++;
            capture().connections.segment(segment);
        }
    }

    private OneCapture capture() {
        OneCapture now = current;
        if (now == null) {
            throw new AssertionError("a packet before the first");
        }
        return now;
    }

    private void take(Decoded decoded, LinkType linkType) {
        OneCapture now = capture();
        if (decoded instanceof TcpSegment segment) {
            totals.segments++;
            totals.wrongChecksums += segment.checksum() == TcpSegment.Checksum.WRONG ? 1 : 0;
            now.connections.segment(segment);
        } else if (decoded instanceof IcmpError error) {
            totals.icmpErrors++;
            now.connections.icmpError(error);
        } else if (decoded instanceof Undecoded reason) {
            totals.undecoded(reason, linkType);
        } else {
            throw new AssertionError("unexpected kind of frame: " + decoded);
        }
    }

    /** Ends the run after the last file: emits the records of open connections. */
    public void finish() {
        OneCapture over = current;
        if (over != null) {
            takeIncomplete(Long.MAX_VALUE);
            over.finish();
            numberBase += over.connections.opened();
            current = null;
        }
    }

    /** One capture: one or more files that continue one another. */
    private final class OneCapture implements CapturedConnections.Outlet {
        final CapturedConnections connections;
        final CapturedRecords capturedRecords;

        OneCapture(long startNanos) {
            capturedRecords = new CapturedRecords(startNanos, numberBase, thresholds);
            connections = new CapturedConnections(settings, startNanos, capturedRecords, this);
        }

        void finish() {
            connections.finish();
            totals.evicted += connections.evicted();
        }

        @Override
        public void settled(boolean ambiguous) {
            totals.connections++;
            totals.ambiguous += ambiguous ? 1 : 0;
        }

        @Override
        public void alone(ConnectionFacts facts, boolean continued) {
            records.accept(
                    continued
                            ? capturedRecords.continued(facts)
                            : capturedRecords.alone(facts, connections.lastAtNanos()));
        }

        @Override
        public void joined(ConnectionFacts client, ConnectionFacts upstream) {
            totals.connections += 2;
            totals.joined++;
            records.accept(capturedRecords.joined(
                    new JoinedLegs(client, upstream), JoinedBy.SEGMENTS, connections.lastAtNanos()));
        }
    }
}
