package dev.finspect.cli.read;

import dev.finspect.admin.upload.CaptureReading;
import dev.finspect.kernel.ThreadPriority;
import dev.finspect.lifecycle.TimeLimits;
import dev.finspect.lifecycle.connection.ServicePorts;
import dev.finspect.lifecycle.connection.TrackingSettings;
import dev.finspect.session.SessionRecord;
import dev.finspect.wire.capture.ByteSource;
import dev.finspect.wire.capture.CaptureEnd;
import java.util.function.Consumer;

/** Reads a capture file for the live page, in the process of a proxy: after the event loops, and within a part of its heap. */
public final class CaptureOfPage implements CaptureReading {
    /** At 40 kB each, an eighth of the launcher's heap. */
    private static final int MOST_CONNECTIONS = 512;

    /** Lowers the priority of the calling thread. */
    @Override
    public Summary read(ByteSource file, Consumer<SessionRecord> records) throws UnreadableCapture {
        ThreadPriority.lower();
        CaptureRun run = new CaptureRun(
                new TrackingSettings(TimeLimits.ZEEK, MOST_CONNECTIONS, ServicePorts.WELL_KNOWN, true), records);
        CaptureEnd end = run.read(file, offset -> true);
        run.finish();
        if (run.totals().nothingKnown()) {
            throw new UnreadableCapture(run.totals().unknownLinkTypes() + " cannot be read");
        }
        if (run.totals().packets() == 0) {
            throw new UnreadableCapture("no packet can be read: this is no pcap or pcapng file");
        }
        String trouble = end == null || end instanceof CaptureEnd.Complete ? null : end.sentence();
        return new Summary(run.totals().line(false), trouble);
    }
}
