package dev.finspect.cli.doctor;

import dev.finspect.kernel.Reading;
import dev.finspect.kernel.trace.KernelTrace;
import dev.finspect.session.TraceSink;
import dev.finspect.wire.trace.TraceEvent;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Opens a trace and checks that it sees the kernel's reason for the RST of a refused loopback connection. */
final class TraceTrial implements TraceSink {
    private static final String NAME = "kernel trace";
    private static final int TIMEOUT_SECONDS = 3;
    private static final long LOOK_NANOS = 20_000_000;

    private final CompletableFuture<TraceEvent.ResetSent> refused = new CompletableFuture<>();
    private volatile int port = -1;

    private TraceTrial() {}

    static CheckResult make() {
        TraceTrial sink = new TraceTrial();
        Reading<KernelTrace> reading = KernelTrace.open(sink);
        if (reading instanceof Reading.Value<KernelTrace> open) {
            try (KernelTrace trace = open.value()) {
                return sink.look(trace);
            }
        }
        String reason = reading instanceof Reading.Unavailable<KernelTrace> none ? none.reason() : "";
        int stop = reason.indexOf(". ");
        return stop < 0
                ? CheckResult.missing(NAME, reason, "")
                : CheckResult.missing(
                        NAME,
                        reason.substring(0, stop),
                        "Needed only for the kernel's own reasons (--kernel-trace). " + reason.substring(stop + 2));
    }

    private CheckResult look(KernelTrace trace) {
        try {
            int free = freePort();
            port = free;
            connect(free);
            trace.wake();
            TraceEvent.ResetSent seen = refused.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
            return trace.seesReasons()
                    ? CheckResult.ok(
                            NAME,
                            trace.shows() + "; a refused connection shows "
                                    + seen.reason().name())
                    : CheckResult.less(NAME, trace.shows(), "Linux 6.12 or newer names the reasons.");
        } catch (IOException e) {
            return CheckResult.untried(NAME, "not tried: loopback does not work: " + e.getMessage(), "");
        } catch (TimeoutException | ExecutionException e) {
            return CheckResult.less(
                    NAME,
                    trace.shows() + ", but the RST of a refused connection is not seen",
                    "Before Linux 6.10 the kernel reports only the RSTs of sockets.");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return CheckResult.missing(NAME, "not completed: interrupted", "");
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return taken.getLocalPort();
        }
    }

    private static void connect(int port) {
        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), port)) {
            client.setTcpNoDelay(true);
        } catch (IOException e) {
            // Refused, as it should be.
        }
    }

    @Override
    public void event(TraceEvent event) {
        if (event instanceof TraceEvent.ResetSent reset && reset.tuple().sourcePort() == port) {
            refused.complete(reset);
        }
    }

    @Override
    public long lookEnds(long nowNanos) {
        return LOOK_NANOS;
    }
}
