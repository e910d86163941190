package dev.finspect.cli.doctor;

import dev.finspect.kernel.Reading;
import dev.finspect.kernel.capture.Capture;
import dev.finspect.kernel.capture.CaptureSettings;
import dev.finspect.session.CaptureSink;
import dev.finspect.session.SegmentBatch;
import dev.finspect.tcp.TcpFlags;
import dev.finspect.wire.IcmpError;
import dev.finspect.wire.filter.FilterMode;
import dev.finspect.wire.filter.FilterRule;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Opens a capture and checks that it sees the SYN of a loopback connection. */
final class CaptureTrial implements CaptureSink {
    private static final String NAME = "capture";
    private static final int TIMEOUT_SECONDS = 3;

    private final CountDownLatch syn = new CountDownLatch(1);

    private CaptureTrial() {}

    static CheckResult make() {
        CaptureTrial sink = new CaptureTrial();
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            List<FilterRule> rules = List.of(new FilterRule(null, listener.getLocalPort(), FilterMode.LIFECYCLE));
            Reading<Capture> reading = Capture.open(CaptureSettings.of(rules), sink);
            if (reading instanceof Reading.Value<Capture> open) {
                return sink.look(open.value(), listener);
            }
            String reason = ((Reading.Unavailable<Capture>) reading).reason();
            int stop = reason.indexOf(". ");
            return stop < 0
                    ? CheckResult.missing(NAME, reason, "")
                    : CheckResult.missing(NAME, reason.substring(0, stop), reason.substring(stop + 2));
        } catch (IOException e) {
            return CheckResult.missing(NAME, "not tried: loopback does not work: " + e.getMessage(), "");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return CheckResult.missing(NAME, "not completed: interrupted", "");
        }
    }

    private CheckResult look(Capture capture, ServerSocket listener) throws IOException, InterruptedException {
        try (capture;
                Socket client = new Socket(listener.getInetAddress(), listener.getLocalPort())) {
            if (client.isConnected() && syn.await(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                return CheckResult.ok(NAME, "a packet socket opens and sees the SYN of a loopback connection");
            }
            return CheckResult.less(
                    NAME,
                    "a packet socket opens, but sees no packet of a loopback connection",
                    "Check whether a sandbox hides packets, and whether the traffic passes this network namespace.");
        }
    }

    @Override
    public void segments(SegmentBatch batch) {
        for (int i = 0; i < batch.size(); i++) {
            if (batch.segment(i).has(TcpFlags.SYN)) {
                syn.countDown();
            }
        }
    }

    @Override
    public void icmpError(IcmpError error, byte[] packet) {}

    @Override
    public void dropped(long packets, long fromNanos, long toNanos) {}

    @Override
    public void ended(@Nullable String reason) {}
}
