package dev.finspect.bench;

import dev.finspect.session.SessionIdentity;
import dev.finspect.session.live.SessionTracker;
import dev.finspect.tcp.Leg;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/**
 * What counting the reads and writes of a session costs, without sockets: a chunk is read from one peer and written to the other.
 * Once each chunk is a turn of its own, a request or its answer; once all of them are one answer. Prints
 * processor time a chunk.
 */
public final class TurnCost implements Runnable {
    private static final long SOON_NANOS = 100_000;

    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();

    @Option(names = "--chunks", description = "in a round (${DEFAULT-VALUE})")
    private int chunks = 10_000_000;

    @Option(names = "--rounds", description = "of which the fastest counts (${DEFAULT-VALUE})")
    private int rounds = 7;

    private TurnCost() {}

    /** Measures once, and prints a line for each kind of traffic. */
    public static void main(String... args) {
        System.exit(new CommandLine(new TurnCost()).execute(args));
    }

    @Override
    public void run() {
        print("each chunk a turn", 1);
        print("one answer", Integer.MAX_VALUE);
    }

    private void print(String what, int chunksATurn) {
        double least = Double.MAX_VALUE;
        for (int i = 0; i < rounds; i++) {
            least = Math.min(least, round(chunksATurn));
        }
        System.out.println(String.format(Locale.ROOT, "%-20s %5.1f ns a chunk", what, least));
    }

    private double round(int chunksATurn) {
        InetSocketAddress end = new InetSocketAddress(InetAddress.getLoopbackAddress(), 5_432);
        SessionTracker session = new SessionTracker(new SessionIdentity("01A", "db", end, end, end, 1, 0));
        Leg from = Leg.CLIENT;
        long now = 1;
        int left = 1;
        long began = threads.getCurrentThreadCpuTime();
        for (int i = 0; i < chunks; i++) {
            now += SOON_NANOS + (i & 0xffff);
            session.traffic(from).received(1_000, now);
            session.traffic(from.other()).sent(1_000, now);
            if (--left == 0) {
                left = chunksATurn;
                from = from.other();
            }
        }
        return (double) (threads.getCurrentThreadCpuTime() - began) / chunks;
    }
}
