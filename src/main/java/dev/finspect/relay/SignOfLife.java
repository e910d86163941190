package dev.finspect.relay;

import dev.finspect.session.PeerProbe;
import dev.finspect.session.PeerProbe.Verdict;
import dev.finspect.tcp.HumanUnits;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.TcpState;
import dev.finspect.wire.TcpInfo;
import io.netty.channel.EventLoop;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Asks the host of one leg's peer for a sign of life: keep-alive with the shortest times for a moment, until any segment of
 * the peer has come or {@link #PATIENCE_NANOS} are over; then keep-alive is as it was. Confined to the session's loop.
 *
 * <p>The kernel ends a connection after {@link #COUNT} probes without an answer, the most that it accepts, which is 127 s:
 * 36 times as long as this takes. Where keep-alive is on already nothing is changed, for the probes would count among its own.
 */
final class SignOfLife {
    /** The first probe goes out within a second, the next ones a second apart. */
    private static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(3_500);

    private static final long LOOK_MILLIS = 50;
    private static final int COUNT = 127;
    private static final KeepAlive EAGER = new KeepAlive(true, 1, 1, COUNT);

    private final Leg leg;
    private final LegIo io;
    private final EventLoop loop;
    private final CompletableFuture<PeerProbe> answer = new CompletableFuture<>();
    private final long beganNanos = System.nanoTime();
    private long segmentsBefore;
    private @Nullable KeepAlive before;

    private SignOfLife(Leg leg, LegIo io, EventLoop loop) {
        this.leg = leg;
        this.io = io;
        this.loop = loop;
    }

    /** Asks now; null for a leg that is not there. */
    static CompletableFuture<PeerProbe> ask(Leg leg, @Nullable LegIo io, EventLoop loop) {
        if (io == null) {
            return CompletableFuture.completedFuture(
                    new PeerProbe(leg, Verdict.NOT_PROBED, 0, "The leg is not connected."));
        }
        SignOfLife asking = new SignOfLife(leg, io, loop);
        asking.begin();
        return asking.answer;
    }

    private void begin() {
        TcpInfo info = io.tcpInfo();
        String obstacle = obstacle(info);
        if (info == null || obstacle != null) {
            conclude(Verdict.NOT_PROBED, String.valueOf(obstacle));
            return;
        }
        segmentsBefore = info.segmentsReceived();
        if (info.everythingAcknowledged()) {
            KeepAlive.Swap swap = io.keepAlive(EAGER);
            before = swap.before();
            if (swap.before() == null) {
                conclude(Verdict.NOT_PROBED, String.valueOf(swap.refused()));
                return;
            }
        }
        look();
    }

    private @Nullable String obstacle(@Nullable TcpInfo info) {
        if (info == null) {
            return "The leg is closed, or the data path is nio, which cannot read tcp_info: an answer could not be seen.";
        }
        if (info.segmentsReceived() == TcpInfo.ABSENT) {
            return "This kernel does not count segments in tcp_info: an answer could not be seen.";
        }
        boolean open = info.state() == TcpState.ESTABLISHED
                || info.state() == TcpState.CLOSE_WAIT
                || info.state() == TcpState.FIN_WAIT_2;
        return open ? null : "The leg is in " + info.state().label() + ", where the kernel sends no keep-alive.";
    }

    private void look() {
        TcpInfo info = io.tcpInfo();
        long waited = System.nanoTime() - beganNanos;
        if (info == null || info.state() == TcpState.CLOSED) {
            conclude(Verdict.NOT_PROBED, "The leg ended meanwhile.");
        } else if (info.segmentsReceived() != segmentsBefore) {
            restore();
            conclude(
                    Verdict.HOST_ALIVE,
                    "The " + leg.label() + "'s host answered within " + HumanUnits.spokenDuration(waited)
                            + ": if it is silent, its program is.");
        } else if (waited >= PATIENCE_NANOS) {
            boolean asked = before != null;
            restore();
            conclude(
                    asked || info.retransmits() > 0 ? Verdict.HOST_SILENT : Verdict.NOT_PROBED,
                    asked
                            ? "The " + leg.label() + "'s host did not answer "
                                    + HumanUnits.count(info.probes(), "keep-alive probe")
                                    + ": it is gone, or a firewall or the network drops them."
                            : "Bytes to the " + leg.label()
                                    + " are unacknowledged, so that the kernel sends those again instead of keep-alives ("
                                    + HumanUnits.count(info.retransmits(), "time")
                                    + " in a row by now); nothing came back.");
        } else {
            again();
        }
    }

    private void again() {
        try {
            Future<?> unused = loop.schedule(this::look, LOOK_MILLIS, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            restore();
            conclude(Verdict.NOT_PROBED, "finspect is ending.");
        }
    }

    private void restore() {
        KeepAlive was = before;
        if (was != null) {
            io.keepAlive(was);
        }
    }

    private void conclude(Verdict verdict, String words) {
        answer.complete(new PeerProbe(leg, verdict, System.nanoTime() - beganNanos, words));
    }
}
