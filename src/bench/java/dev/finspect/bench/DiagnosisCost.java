package dev.finspect.bench;

import com.sun.management.ThreadMXBean;
import dev.finspect.session.SessionEvent;
import dev.finspect.session.SessionIdentity;
import dev.finspect.session.SessionSink;
import dev.finspect.session.watch.DiagnosisSettings;
import dev.finspect.session.watch.PeerSockets;
import dev.finspect.session.watch.RouteDiagnosis;
import dev.finspect.session.watch.WatchedSession;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.TcpState;
import dev.finspect.wire.TcpInfo;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.LongConsumer;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/**
 * What the diagnosis alone costs in one sweep, without sockets: as many sessions as are wanted are looked at once a second of
 * their own clock, all of them idle, all coming past a threshold at once, or all hung. Prints CPU time and bytes allocated a
 * session, and the share of a core that one sweep a second takes; and what an idle tracker takes of the heap.
 */
public final class DiagnosisCost implements Runnable {
    private static final long SECOND = 1_000_000_000L;
    private static final long START_EPOCH_NANOS = 1_767_225_600_000_000_000L;
    private static final int HEAP_TRACKERS = 100_000;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final RouteDiagnosis diagnosis = diagnosis();
    private final InetSocketAddress client = new InetSocketAddress(InetAddress.getLoopbackAddress(), 40_000);
    private final InetSocketAddress service = new InetSocketAddress(InetAddress.getLoopbackAddress(), 5_432);

    @Option(names = "--sessions", description = "in a sweep (${DEFAULT-VALUE})")
    private int sessions = 4_000;

    @Option(names = "--sweeps", description = "measured, after as many that are not (${DEFAULT-VALUE})")
    private int sweeps = 200;

    private DiagnosisCost() {}

    /** Measures once, and prints a line for each kind of session. */
    public static void main(String... args) {
        System.exit(new CommandLine(new DiagnosisCost()).execute(args));
    }

    /** What the sessions are when they are looked at, seconds after their last bytes. */
    private enum Kind {
        IDLE(200, 0, false),
        /** Their silence is as old as a threshold, again and again: the rules look and find rest. */
        AT_A_THRESHOLD(61, 61, false),
        HUNG(100, 0, true);

        final long fromSeconds;
        /** The same second each time; 0 goes on. */
        final long againSeconds;

        final boolean hung;

        Kind(long fromSeconds, long againSeconds, boolean hung) {
            this.fromSeconds = fromSeconds;
            this.againSeconds = againSeconds;
            this.hung = hung;
        }
    }

    @Override
    public void run() {
        for (Kind kind : Kind.values()) {
            measure(kind);
        }
        heap();
    }

    private void measure(Kind kind) {
        List<WatchedSession> all = new ArrayList<>();
        for (int i = 0; i < sessions; i++) {
            all.add(session(i, kind.hung));
        }
        sweep(all, kind.fromSeconds);
        long second = kind.fromSeconds;
        for (int i = 0; i < sweeps; i++) {
            second = next(kind, second);
            prepare(all, kind, second);
            sweep(all, second);
        }
        long[] nanos = new long[sweeps];
        long bytes = 0;
        for (int i = 0; i < sweeps; i++) {
            second = next(kind, second);
            prepare(all, kind, second);
            long bytesBefore = threads.getCurrentThreadAllocatedBytes();
            long nanosBefore = threads.getCurrentThreadCpuTime();
            sweep(all, second);
            nanos[i] = threads.getCurrentThreadCpuTime() - nanosBefore;
            bytes += threads.getCurrentThreadAllocatedBytes() - bytesBefore;
        }
        long hang = all.stream().filter(WatchedSession::hangs).count();
        if (hang != (kind.hung ? sessions : 0)) {
            throw new IllegalStateException(hang + " of " + sessions + " sessions hang that are " + kind);
        }
        Arrays.sort(nanos);
        double mean = Arrays.stream(nanos).average().orElse(0);
        System.out.printf(
                Locale.ROOT,
                "%s: %d sessions, %d sweeps: %.0f ns a session (median %.0f, worst sweep %.0f), %.0f bytes a session,"
                        + " %.2f %% of a core at a sweep a second%n",
                kind.name().toLowerCase(Locale.ROOT),
                sessions,
                sweeps,
                mean / sessions,
                (double) nanos[sweeps / 2] / sessions,
                (double) nanos[sweeps - 1] / sessions,
                (double) bytes / sweeps / sessions,
                mean / 1e7);
    }

    private static long next(Kind kind, long second) {
        return kind.againSeconds == 0 ? second + 1 : kind.againSeconds;
    }

    /** Where the same second is looked at again, the look before it is moved back; not measured. */
    private static void prepare(List<WatchedSession> all, Kind kind, long second) {
        if (kind.againSeconds != 0) {
            sweep(all, second - 2);
        }
    }

    private static void sweep(List<WatchedSession> all, long second) {
        for (WatchedSession session : all) {
            session.examine(second * SECOND, DiagnosisCost::loop);
        }
    }

    /** Nobody asks for sockets, so that nothing is ever left to do. */
    private static void loop(LongConsumer then) {
        throw new IllegalStateException("an answer without a question: " + then);
    }

    private WatchedSession session(int number, boolean hung) {
        SessionIdentity identity =
                new SessionIdentity("01J" + number, "db", client, client, client, START_EPOCH_NANOS, 0);
        WatchedSession session = new WatchedSession(identity, new SessionSink() {}, diagnosis);
        session.happened(new SessionEvent.Accepted(0, null, quiet()));
        session.happened(new SessionEvent.Connected(0, "db:5432", service, client, 1, quiet()));
        session.traffic(Leg.CLIENT).received(400, 1);
        session.traffic(Leg.UPSTREAM).sent(400, 2);
        session.traffic(Leg.UPSTREAM).received(4_000, 3);
        session.traffic(Leg.CLIENT).sent(4_000, 4);
        if (hung) {
            session.traffic(Leg.CLIENT).received(400, SECOND / 2);
            session.traffic(Leg.UPSTREAM).sent(400, SECOND / 2);
        }
        session.happened(new SessionEvent.Sampled(SECOND, Leg.CLIENT, quiet(), -1));
        session.happened(new SessionEvent.Sampled(SECOND, Leg.UPSTREAM, quiet(), -1));
        return session;
    }

    /** A reading of a connection on which nothing is under way. */
    private static TcpInfo quiet() {
        return new TcpInfo(
                TcpState.ESTABLISHED,
                0,
                0,
                7,
                7,
                7,
                1_448,
                1_448,
                0,
                0,
                10,
                10,
                10,
                250,
                50,
                0,
                4_401,
                4_000,
                11,
                12,
                0,
                200,
                3_000,
                0,
                0,
                0,
                65_536,
                0,
                200_000,
                0,
                1_500,
                0);
    }

    private void heap() {
        WatchedSession[] kept = new WatchedSession[HEAP_TRACKERS];
        long before = used();
        for (int i = 0; i < kept.length; i++) {
            kept[i] = session(i, false);
        }
        long after = used();
        System.out.printf(
                Locale.ROOT,
                "an idle tracker with its identity: %d bytes of the heap (%d of them kept)%n",
                (after - before) / kept.length,
                kept.length);
    }

    private static long used() {
        for (int i = 0; i < 5; i++) {
            System.gc();
        }
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    private static RouteDiagnosis diagnosis() {
        RouteDiagnosis diagnosis = RouteDiagnosis.of(DiagnosisSettings.STANDARD, PeerSockets.NONE);
        if (diagnosis == null) {
            throw new IllegalStateException("the standard is that sessions are diagnosed");
        }
        return diagnosis;
    }
}
