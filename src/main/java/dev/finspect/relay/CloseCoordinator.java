package dev.finspect.relay;

import static dev.finspect.tcp.Leg.CLIENT;
import static dev.finspect.tcp.Leg.UPSTREAM;

import dev.finspect.lifecycle.close.CloseCommand;
import dev.finspect.lifecycle.close.CloseSignal;
import dev.finspect.lifecycle.close.CloseState;
import dev.finspect.lifecycle.close.CloseStep;
import dev.finspect.lifecycle.close.CloseTable;
import dev.finspect.session.SessionEvent;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.TcpState;
import dev.finspect.wire.TcpInfo;
import io.netty.channel.EventLoop;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Closes both legs of one session: looks each signal up in {@link CloseTable} and executes the commands found there. Confined to
 * the loop.
 *
 * <p>A command can fail at once, and so bring a signal while another is worked on: that waits its turn.
 */
final class CloseCoordinator {
    /** Between two questions whether everything before an RST is acknowledged. */
    private static final long ASK_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(3);

    /** The session whose legs are closed. */
    interface Owner {
        /** Records an event of the session. */
        void record(SessionEvent event);

        /** Both FINs are there: what is left of the sockets is waited for, and no longer than a deadline. */
        void closingBegins();

        /** An RST is to be passed on: what its sender had sent before is delivered first, until a deadline. */
        void resettingBegins();

        /** The first FIN, of this leg's peer, is passed on. */
        void firstFinRelayed(Leg closedBy);

        /** Everything that a peer was sent is acknowledged: an RST destroys nothing any more. */
        void acknowledged();

        /** Whether finspect is to end the session by itself once everything is acknowledged. */
        boolean endIsPending();

        /** No upstream is needed any more. */
        void abandonSearch();

        /** Both legs are closed. */
        void finish();
    }

    private final Owner session;
    private final EventLoop loop;
    private final Side client = new Side(CLIENT);
    private final Side upstream = new Side(UPSTREAM);
    private CloseState state = CloseState.CONNECTING;
    private @Nullable ArrayDeque<CloseSignal> waiting;
    private boolean stepping;
    private boolean askingAgain;

    CloseCoordinator(Owner session, EventLoop loop) {
        this.session = session;
        this.loop = loop;
    }

    /** A leg, as far as it is there, and what its end needs. */
    private static final class Side {
        private final Leg leg;
        private @Nullable LegIo io;
        /** Whether a signal is due once its peer has acknowledged everything. */
        private boolean awaited;

        private @Nullable TcpInfo lastInfo;

        Side(Leg leg) {
            this.leg = leg;
        }
    }

    /** This leg has a socket. */
    void opened(Leg leg, LegIo io) {
        side(leg).io = io;
    }

    /** The leg's socket; null before it is there and after it is closed. */
    @Nullable
    LegIo io(Leg leg) {
        return side(leg).io;
    }

    /** The last reading of a leg that is closed; null where there was none. */
    @Nullable
    TcpInfo lastInfo(Leg leg) {
        return side(leg).lastInfo;
    }

    /** Whether both legs are over. */
    boolean ended() {
        return state == CloseState.ENDED;
    }

    /** Whether the end has begun, by both FINs or by an RST, or is behind. */
    boolean ending() {
        return finishing() || ended();
    }

    /** Whether the end has begun and not all of it is done. */
    boolean finishing() {
        return state.closing() || state.resetting();
    }

    /** Whether the first FIN is passed on. */
    boolean firstFinRelayed() {
        return state.firstFinRelayed();
    }

    /** Executes what the table prescribes for a signal. */
    void signal(CloseSignal signal) {
        if (stepping) {
            if (waiting == null) {
                waiting = new ArrayDeque<>(4);
            }
            waiting.add(signal);
            return;
        }
        stepping = true;
        try {
            for (CloseSignal next = signal; next != null; next = waiting == null ? null : waiting.poll()) {
                step(next);
            }
        } finally {
            stepping = false;
        }
    }

    private void step(CloseSignal signal) {
        if (!(CloseTable.step(state, signal) instanceof CloseStep.Moved moved)) {
            return;
        }
        CloseState before = state;
        state = moved.next();
        if (state.closing() && !before.closing()) {
            session.closingBegins();
        } else if (state.resetting() && !before.resetting()) {
            session.resettingBegins();
        }
        List<CloseCommand> commands = moved.commands();
        for (int i = 0; i < commands.size(); i++) {
            execute(commands.get(i).action(), side(commands.get(i).leg()));
        }
        if (ended()) {
            session.finish();
        } else if (state.firstFinRelayed() && !before.firstFinRelayed()) {
            session.firstFinRelayed(signal == CloseSignal.CLIENT_DELIVERED ? CLIENT : UPSTREAM);
        }
    }

    private void execute(CloseCommand.Action action, Side side) {
        LegIo io = side.io;
        if (action == CloseCommand.Action.ABANDON_CONNECT) {
            session.abandonSearch();
        } else if (io != null) {
            switch (action) {
                case START_READING -> io.startReading();
                case STOP_READING -> io.stopReading();
                case DELIVER_REST -> io.deliverRest();
                case SHUT_OUTPUT -> {
                    if (io.shutOutput()) {
                        session.record(new SessionEvent.OutputShut(System.nanoTime(), side.leg));
                    }
                }
                case AWAIT_ACKNOWLEDGED -> await(side.leg);
                case RESET -> {
                    readLastInfo(side, io);
                    io.reset();
                    forget(side);
                    session.record(new SessionEvent.OutputReset(System.nanoTime(), side.leg));
                }
                case CLOSE -> {
                    readLastInfo(side, io);
                    io.close();
                    forget(side);
                }
                case ABANDON_CONNECT -> throw new AssertionError("handled above");
            }
        }
    }

    /** Signals once this leg's peer has acknowledged everything. */
    void await(Leg leg) {
        side(leg).awaited = true;
        ask(side(leg));
    }

    /** Something on this leg changed that may mean that everything is acknowledged. */
    void queueMoved(Leg leg) {
        if (side(leg).awaited) {
            ask(side(leg));
        }
    }

    /** Asks the kernel whether this leg's peer has acknowledged everything; asks again by a timer while an RST waits. */
    private void ask(Side side) {
        LegIo io = side.io;
        if (io == null) {
            return;
        }
        TcpInfo info = io.tcpInfo();
        if (acknowledged(io, info)) {
            side.awaited = false;
            side.lastInfo = info;
            session.acknowledged();
            signal(CloseSignal.acknowledged(side.leg));
        } else if ((state.resetting() || session.endIsPending() || info == null) && !askingAgain) {
            askingAgain = true;
            Future<?> unused = loop.schedule(this::askAgain, ASK_AGAIN_NANOS, TimeUnit.NANOSECONDS);
        }
    }

    private void askAgain() {
        askingAgain = false;
        queueMoved(CLIENT);
        queueMoved(UPSTREAM);
    }

    private boolean acknowledged(LegIo io, @Nullable TcpInfo info) {
        if (info != null) {
            return info.state() == TcpState.CLOSED
                    || info.state() == TcpState.TIME_WAIT
                    || info.everythingAcknowledged();
        }
        return state.closing() || io.presumedAcknowledged(System.nanoTime());
    }

    private static void readLastInfo(Side side, LegIo io) {
        if (side.lastInfo == null) {
            side.lastInfo = io.tcpInfo();
        }
    }

    private static void forget(Side side) {
        side.io = null;
        side.awaited = false;
    }

    private Side side(Leg leg) {
        return leg == CLIENT ? client : upstream;
    }
}
