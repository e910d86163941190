package dev.finspect.kernel.capture;

import dev.finspect.kernel.Reading;
import dev.finspect.session.CaptureSink;
import dev.finspect.wire.filter.CaptureFilter;
import dev.finspect.wire.filter.FilterProgram;
import dev.finspect.wire.filter.FilterRule;
import java.util.List;
import java.util.Optional;

/**
 * A live capture of packet headers on every interface of this network namespace. It reads on a thread of its own. If that
 * thread fails, only the capture ends, and the sink is notified. Thread-safe.
 */
public final class Capture implements AutoCloseable {
    /** Filter lengths to try: older kernels limit the memory of a socket so much that only shorter filters fit. */
    private static final int[] FILTER_LENGTHS = {FilterProgram.MAX_INSTRUCTIONS, 1024, CaptureFilter.LEAST_INSTRUCTIONS
    };

    private final CaptureThread thread;
    private volatile Optional<String> widened;

    private Capture(CaptureThread thread, Optional<String> widened) {
        this.thread = thread;
        this.widened = widened;
    }

    /**
     * Opens a capture and starts reading. The first use loads JNA, which takes about 100 ms: not for an event loop.
     *
     * @return unavailable with what is missing and how to get it, in whole sentences
     */
    public static Reading<Capture> open(CaptureSettings settings, CaptureSink sink) {
        String system = System.getProperty("os.name", "an unknown system");
        if (!system.equals("Linux")) {
            return new Reading.Unavailable<>("live capture needs Linux, and this is " + system + ".");
        }
        try {
            return new Reading.Value<>(opened(settings, sink));
        } catch (CaptureStepRefused e) {
            return new Reading.Unavailable<>(e.sentence());
        } catch (LinkageError e) {
            return new Reading.Unavailable<>("JNA, which carries the system calls, cannot be loaded: "
                    + (e.getMessage() == null ? e.toString() : e.getMessage())
                    + ". It unpacks a library into a temporary folder; where that is mounted noexec or is read-only,"
                    + " name another with -Djna.tmpdir=FOLDER.");
        }
    }

    private static Capture opened(CaptureSettings settings, CaptureSink sink) throws CaptureStepRefused {
        for (int at = 0; ; at++) {
            CaptureFilter filter = CaptureFilter.of(settings.rules(), FILTER_LENGTHS[at]);
            try {
                PacketSocket socket = PacketSocket.open(settings, filter.program());
                CaptureThread thread = new CaptureThread(socket, settings, sink);
                thread.start();
                return new Capture(thread, filter.widened());
            } catch (CaptureStepRefused e) {
                if (!e.filterTooLong() || at == FILTER_LENGTHS.length - 1) {
                    throw e;
                }
            }
        }
    }

    /**
     * Captures by other rules from now on; the ring and what is in it stay.
     *
     * @throws IllegalStateException if the kernel takes no filter for them; the rules before stay. The message says why
     */
    public synchronized void change(List<FilterRule> rules) {
        for (int at = 0; ; at++) {
            CaptureFilter filter = CaptureFilter.of(rules, FILTER_LENGTHS[at]);
            try {
                thread.attach(filter.program());
                widened = filter.widened();
                return;
            } catch (CaptureStepRefused e) {
                if (!e.filterTooLong() || at == FILTER_LENGTHS.length - 1) {
                    throw new IllegalStateException(e.sentence(), e);
                }
            }
        }
    }

    /** What is captured beyond the rules, as text; empty if nothing is. */
    public Optional<String> widened() {
        return widened;
    }

    /** Whether the capture is running. */
    public boolean running() {
        return thread.isAlive();
    }

    /** Ends the capture. Afterwards the sink is not called any more, unless one of its calls takes longer than two seconds. */
    @Override
    public void close() {
        thread.end();
    }
}
