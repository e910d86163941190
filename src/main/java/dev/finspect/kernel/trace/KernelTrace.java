package dev.finspect.kernel.trace;

import dev.finspect.kernel.Reading;
import dev.finspect.session.TraceSink;
import dev.finspect.wire.trace.TraceDecoder;
import dev.finspect.wire.trace.TraceEvent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A live trace of the RSTs that this host's kernel sends, and of the FINs that it receives: of all its connections, in any network
 * namespace. It reads on a thread of its own. If that thread fails, only the trace ends, and the sink is notified. Thread-safe.
 */
public final class KernelTrace implements AutoCloseable {
    /** Between two looks, however often it is woken. */
    private static final long LEAST_PAUSE_NANOS = 2_000_000L;

    private static final long CLOSE_MILLIS = 5_000;

    private final TraceInstance instance;
    private final TraceReader reader;
    private final TraceSink sink;
    private final Thread thread;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition woken = lock.newCondition();
    private boolean wake;
    private volatile boolean closing;

    private KernelTrace(TraceInstance instance, TraceReader reader, TraceSink sink) {
        this.instance = instance;
        this.reader = reader;
        this.sink = sink;
        thread = new Thread(this::run, "finspect-trace");
        thread.setDaemon(true);
    }

    /**
     * Opens a trace and starts reading. The first use loads JNA, which takes about 100 ms: not for an event loop.
     *
     * @return unavailable with what is missing and how to get it, in whole sentences
     */
    public static Reading<KernelTrace> open(TraceSink sink) {
        try {
            return new Reading.Value<>(open(
                    TraceFolder.OF_MACHINE.find(),
                    TraceFolder.OF_MACHINE,
                    ProcessHandle.current().pid(),
                    sink));
        } catch (TraceRefused e) {
            return new Reading.Unavailable<>(e.sentences());
        } catch (LinkageError e) {
            return new Reading.Unavailable<>("JNA, which carries the system calls, cannot be loaded: "
                    + (e.getMessage() == null ? e.toString() : e.getMessage()) + ".");
        }
    }

    /** The same in a folder with the layout of tracefs. */
    static KernelTrace open(Path tracing, TraceFolder place, long processId, TraceSink sink) throws TraceRefused {
        TraceInstance instance = TraceInstance.make(tracing, place, processId);
        TraceReader reader = null;
        try {
            // Opened first: nobody can remove an instance that is read.
            reader = TraceReader.open(instance.processors(), instance.page());
            instance.begin(place);
            KernelTrace trace = new KernelTrace(instance, reader, sink);
            trace.thread.start();
            return trace;
        } catch (IOException e) {
            instance.remove();
            throw place.refused("cannot read a tracing instance", e);
        } catch (TraceRefused | RuntimeException | LinkageError e) {
            if (reader != null) {
                reader.close();
            }
            instance.remove();
            throw e;
        }
    }

    /** What this kernel shows, in a few words. */
    public String shows() {
        TraceDecoder decoder = instance.decoder();
        String resets = !decoder.seesResets()
                ? ""
                : decoder.seesReasons()
                        ? "resets with the kernel's reason"
                        : "resets without a reason (Linux 6.10 or newer has it)";
        String states = decoder.seesStates() ? "entries into CLOSE-WAIT" : "";
        return resets + (resets.isEmpty() || states.isEmpty() ? "" : ", ") + states;
    }

    /** Whether the kernel names the reason of an RST. */
    public boolean seesReasons() {
        return instance.decoder().seesReasons();
    }

    /** Has it look soon. Any thread; does not wait. */
    public void wake() {
        lock.lock();
        try {
            wake = true;
            woken.signal();
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        String reason = null;
        try {
            for (boolean last = false; !last; ) {
                last = closing;
                pause(look(), last);
            }
        } catch (IOException | RuntimeException | Error e) {
            reason = e.toString();
        } finally {
            reader.close();
            instance.remove();
            sink.ended(reason);
        }
    }

    private long look() throws IOException {
        sink.lookBegins();
        long missed = reader.read(this::event);
        if (missed > 0) {
            sink.lost(missed);
        }
        return sink.lookEnds(System.nanoTime());
    }

    private void event(ByteBuffer page, int offset, int length, long atNanos) {
        TraceEvent event = instance.decoder().decode(page, offset, length, atNanos);
        if (event != null) {
            sink.event(event);
        }
    }

    private void pause(long nanos, boolean last) {
        if (last) {
            return;
        }
        lock.lock();
        try {
            long left = LEAST_PAUSE_NANOS;
            while (left > 0 && !closing) {
                left = woken.awaitNanos(left);
            }
            left = nanos - LEAST_PAUSE_NANOS;
            while (left > 0 && !wake && !closing) {
                left = woken.awaitNanos(left);
            }
            wake = false;
        } catch (InterruptedException e) {
            closing = true; // Nobody interrupts it but to end it.
        } finally {
            lock.unlock();
        }
    }

    /** Looks a last time, then removes the instance. */
    @Override
    public void close() {
        closing = true;
        wake();
        try {
            thread.join(CLOSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
