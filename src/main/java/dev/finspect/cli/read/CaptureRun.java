package dev.finspect.cli.read;

import dev.finspect.lifecycle.connection.ConnectionFacts;
import dev.finspect.lifecycle.connection.Connections;
import dev.finspect.lifecycle.connection.TrackingSettings;
import dev.finspect.session.CapturedRecords;
import dev.finspect.session.LegJoiner;
import dev.finspect.session.SessionRecord;
import dev.finspect.wire.Decoded;
import dev.finspect.wire.IcmpError;
import dev.finspect.wire.TcpSegment;
import dev.finspect.wire.Undecoded;
import dev.finspect.wire.capture.CaptureEnd;
import dev.finspect.wire.capture.CaptureReader;
import dev.finspect.wire.packet.PacketDecoder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Turns captures into records. Files that follow one another in time are one capture, as tcpdump leaves them when it begins a
 * new file every so often; one that begins before the one before it ended, or more than a minute after, is a capture of its
 * own. For one thread; memory is
 * bounded by the connections that live at once.
 */
public final class CaptureRun {
    /** Is told every so many packets. */
    @FunctionalInterface
    public interface Watch {
        /** So much is read of the file at hand; false asks to stop. */
        boolean goOn(long offsetBytes);
    }

    /** Between two files of one capture. */
    private static final long LONGEST_PAUSE_NANOS = 60_000_000_000L;

    private static final int PACKETS_BETWEEN_LOOKS = 4_096;

    private final TrackingSettings settings;
    private final Consumer<SessionRecord> records;
    private final PacketDecoder decoder;
    private final Totals totals = new Totals();
    private @Nullable Piece piece;
    private long numberBase;

    /** Verifies checksums when the settings have a use for it. */
    public CaptureRun(TrackingSettings settings, Consumer<SessionRecord> records) {
        this.settings = settings;
        this.records = records;
        decoder =
                settings.skipWrongChecksums() ? PacketDecoder.verifyingChecksums() : PacketDecoder.trustingChecksums();
    }

    /** Counts so far. */
    public Totals totals() {
        return totals;
    }

    /** Reads one file to its end, or until the watch has it stop; null then. What reading it throws goes through. */
    public @Nullable CaptureEnd read(CaptureInput input, Watch watch) {
        CaptureReader reader = new CaptureReader(input);
        int untilLook = PACKETS_BETWEEN_LOOKS;
        boolean first = true;
        while (reader.advance()) {
            if (first) {
                begin(reader.frame().atNanos());
                first = false;
            }
            take(decoder.decode(reader.frame()));
            totals.packets++;
            if (--untilLook == 0) {
                untilLook = PACKETS_BETWEEN_LOOKS;
                if (!watch.goOn(reader.offset())) {
                    return null;
                }
            }
        }
        totals.untimed += reader.untimedFrames();
        return reader.end();
    }

    private void begin(long atNanos) {
        Piece before = piece;
        if (before != null && atNanos >= before.lastAtNanos && atNanos - before.lastAtNanos <= LONGEST_PAUSE_NANOS) {
            return;
        }
        finish();
        piece = new Piece(atNanos);
    }

    private void take(Decoded decoded) {
        Piece now = piece;
        if (now == null) {
            throw new AssertionError("a packet before the first");
        }
        if (decoded instanceof TcpSegment segment) {
            totals.segments++;
            totals.wrongChecksums += segment.checksum() == TcpSegment.Checksum.WRONG ? 1 : 0;
            now.segment(segment);
        } else if (decoded instanceof IcmpError error) {
            totals.icmpErrors++;
            now.connections.icmpError(error);
        } else if (decoded instanceof Undecoded reason) {
            totals.undecoded(reason);
        } else {
            throw new AssertionError("a frame that is nothing: " + decoded);
        }
    }

    /** The last file has been read: hands out what lives. */
    public void finish() {
        Piece over = piece;
        if (over != null) {
            over.finish();
            numberBase += over.connections.opened();
            piece = null;
        }
    }

    /** One capture: one or more files that follow one another. */
    private final class Piece implements LegJoiner.Outlet {
        final Connections connections;
        final LegJoiner joiner = new LegJoiner(this);
        final CapturedRecords capturedRecords;
        long lastAtNanos;

        Piece(long startNanos) {
            capturedRecords = new CapturedRecords(startNanos, numberBase);
            lastAtNanos = startNanos;
            connections = new Connections(settings, joiner::finished);
        }

        void segment(TcpSegment segment) {
            connections.segment(segment);
            joiner.segment(segment);
            lastAtNanos = Math.max(lastAtNanos, segment.atNanos());
        }

        void finish() {
            connections.finish();
            joiner.finish();
            totals.evicted += connections.evicted();
        }

        @Override
        public void alone(ConnectionFacts facts, boolean ambiguous) {
            totals.connections++;
            totals.ambiguous += ambiguous ? 1 : 0;
            records.accept(capturedRecords.alone(facts, lastAtNanos));
        }

        @Override
        public void joined(ConnectionFacts client, ConnectionFacts upstream) {
            totals.connections += 2;
            totals.joined++;
            records.accept(capturedRecords.joined(client, upstream, lastAtNanos));
        }
    }
}
