package dev.finspect.bench;

import com.sun.jna.LastErrorException;
import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.NativeLong;
import com.sun.jna.Pointer;
import dev.finspect.kernel.Reading;
import dev.finspect.kernel.capture.Capture;
import dev.finspect.kernel.capture.CaptureSettings;
import dev.finspect.session.CaptureCounters;
import dev.finspect.wire.filter.FilterMode;
import dev.finspect.wire.filter.FilterRule;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/**
 * What the capture alone costs: bare ACKs are sent over loopback to a port on which nobody listens, each is answered with
 * an RST, and the capture thread's own CPU time and what the ring missed are printed. Needs CAP_NET_RAW.
 */
public final class CaptureCost implements Runnable {
    private static final int AF_INET = 2;
    private static final int SOCK_RAW = 3;
    private static final int IPPROTO_TCP = 6;
    private static final int TCP_BYTES = 32;
    private static final int BURSTS_A_SECOND = 500;

    @Option(names = "--seconds", description = "how long (${DEFAULT-VALUE})")
    private int seconds = 5;

    @Option(names = "--packets", description = "in a second, half of them RSTs (${DEFAULT-VALUE})")
    private int packetsWanted = 100_000;

    @Option(names = "--mode", description = "LIFECYCLE or HEADERS (${DEFAULT-VALUE})")
    private FilterMode mode = FilterMode.HEADERS;

    @Option(names = "--ring-kib", description = "the ring's size (${DEFAULT-VALUE})")
    private int ringKib = 8192;

    private CaptureCost() {}

    /** Measures once, and prints a line. */
    public static void main(String... args) {
        System.exit(new CommandLine(new CaptureCost()).execute(args));
    }

    @Override
    public void run() {
        try {
            measure();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted", e);
        }
    }

    private void measure() throws IOException, InterruptedException {
        int port = freePort();
        CaptureCounters counters = new CaptureCounters();
        int block = Math.min(CaptureSettings.BLOCK_BYTES, ringKib * 1024 / 2);
        Reading<Capture> reading = Capture.open(
                new CaptureSettings(
                        List.of(new FilterRule(null, port, mode)), block, Math.toIntExact(ringKib * 1024L / block)),
                counters);
        if (!(reading instanceof Reading.Value<Capture> open)) {
            throw new IllegalStateException(((Reading.Unavailable<Capture>) reading).reason());
        }
        try {
            long cpuBefore = captureCpuNanos();
            long startNanos = System.nanoTime();
            send(port);
            double elapsed = (System.nanoTime() - startNanos) / 1e9;
            TimeUnit.MILLISECONDS.sleep(1500); // the last block, and a look at the drops
            report(counters, counters.packets(), elapsed, captureCpuNanos() - cpuBefore);
        } finally {
            open.value().close();
        }
    }

    /** Sends from as many ports as a proxy of many sessions would have. */
    private void send(int port) {
        int socket = Raw.socket(AF_INET, SOCK_RAW, IPPROTO_TCP);
        try {
            Memory segment = new Memory(TCP_BYTES);
            segment.clear();
            ByteBuffer header = segment.getByteBuffer(0, TCP_BYTES).order(ByteOrder.BIG_ENDIAN);
            header.putShort(2, (short) port)
                    .put(12, (byte) ((TCP_BYTES / 4) << 4))
                    .put(13, (byte) 0x10);
            header.put(20, (byte) 1).put(21, (byte) 1).put(22, (byte) 8).put(23, (byte) 10);
            Memory address = new Memory(16);
            address.clear();
            address.setShort(0, (short) AF_INET);
            address.write(4, new byte[] {127, 0, 0, 1}, 0, 4);
            int burst = packetsWanted / 2 / BURSTS_A_SECOND;
            long nextNanos = System.nanoTime();
            for (int i = 0; i < seconds * BURSTS_A_SECOND; i++) {
                for (int sent = 0; sent < burst; sent++) {
                    header.putShort(0, (short) (20_000 + (i * burst + sent) % 4000))
                            .putInt(4, i);
                    checksum(header);
                    Raw.sendto(socket, segment, new NativeLong(TCP_BYTES), 0, address, 16);
                }
                nextNanos += 1_000_000_000L / BURSTS_A_SECOND;
                LockSupport.parkNanos(Math.max(0, nextNanos - System.nanoTime()));
            }
        } finally {
            Raw.close(socket);
        }
    }

    /** With the pseudo header of 127.0.0.1 both ways, or the kernel would drop the segment unanswered. */
    private static void checksum(ByteBuffer header) {
        header.putShort(16, (short) 0);
        long sum = 2 * (0x7f00 + 0x0001) + IPPROTO_TCP + TCP_BYTES;
        for (int at = 0; at < TCP_BYTES; at += 2) {
            sum += header.getShort(at) & 0xffff;
        }
        while (sum >>> 16 != 0) {
            sum = (sum & 0xffff) + (sum >>> 16);
        }
        header.putShort(16, (short) ~sum);
    }

    private void report(CaptureCounters counters, long packets, double elapsed, long cpuNanos) {
        System.out.printf(
                Locale.ROOT,
                "%s, ring %d KiB: %d packets in %.1f s, %.0f a second; dropped %d (%.2f %%); capture thread %.0f ns of CPU a"
                        + " packet, %.2f %% of a core%n",
                mode.label(),
                ringKib,
                packets,
                elapsed,
                packets / elapsed,
                counters.dropped(),
                100.0 * counters.dropped() / Math.max(1, packets + counters.dropped()),
                (double) cpuNanos / Math.max(1, packets),
                cpuNanos / 1e7 / elapsed);
    }

    private static long captureCpuNanos() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        for (ThreadInfo thread : threads.getThreadInfo(threads.getAllThreadIds())) {
            if (thread != null && thread.getThreadName().equals("finspect-capture")) {
                return threads.getThreadCpuTime(thread.getThreadId());
            }
        }
        throw new IllegalStateException("the capture has ended");
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    /** The calls of a raw socket. */
    private static final class Raw {
        static {
            Native.register(Raw.class, "c");
        }

        static native int socket(int domain, int type, int protocol) throws LastErrorException;

        static native NativeLong sendto(
                int descriptor, Pointer bytes, NativeLong length, int flags, Pointer address, int addressLength)
                throws LastErrorException;

        static native int close(int descriptor) throws LastErrorException;
    }
}
