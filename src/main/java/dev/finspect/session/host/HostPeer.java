package dev.finspect.session.host;

import dev.finspect.record.PeerProgram;
import dev.finspect.record.PeerSocket;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.Observation;
import dev.finspect.tcp.Source;
import dev.finspect.wire.diag.SocketEntry;
import org.jspecify.annotations.Nullable;

/** The program at one end of a connection that finspect is not in, for the record: by its socket or its listener on this host. */
final class HostPeer {
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final Leg leg;
    private final HostConnection connection;
    private final @Nullable HostEnd peer;
    private final HostPrograms programs;

    private HostPeer(Leg leg, HostConnection connection, @Nullable HostEnd peer, HostPrograms programs) {
        this.leg = leg;
        this.connection = connection;
        this.peer = peer;
        this.programs = programs;
    }

    /**
     * The program of this leg's peer.
     *
     * @param peer null where its socket is not on this host
     */
    static PeerProgram of(Leg leg, HostConnection connection, @Nullable HostEnd peer, HostPrograms programs) {
        return new HostPeer(leg, connection, peer, programs).record();
    }

    private PeerProgram record() {
        PeerProgram none = PeerProgram.NOT_OBSERVED;
        if (peer == null) {
            PeerSocket unseen = unseen();
            return unseen == null
                    ? none
                    : with(Fact.kernel(unseen), Observation.notObserved(), Observation.notObserved());
        }
        PeerSocket socket = socket(peer);
        boolean unread = peer.now().unreadBytes() > 0;
        return with(
                Fact.kernel(socket),
                unread ? unreadSince(peer, socket) : Observation.none(Source.KERNEL),
                !unread || (peer.before() != null && peer.read())
                        ? Fact.kernel(peer.nowEpochNanos())
                        : Observation.notObserved());
    }

    /**
     * The last byte that came lies unread. Of a program that has read before, it may have read until the earlier reading, unless
     * it is stopped.
     */
    private static Observation<Long> unreadSince(HostEnd far, PeerSocket socket) {
        Long arrived = far.lastReceivedAt();
        Character state = socket.holder().processState();
        boolean stopped = state != null && (state == 'T' || state == 't');
        if (far.read() || arrived == null) {
            return Observation.none(Source.KERNEL);
        }
        return far.neverRead() || stopped
                ? Fact.kernel(arrived.longValue())
                : Fact.kernel(Math.max(arrived, far.beforeEpochNanos()));
    }

    private static PeerProgram with(
            Observation<PeerSocket> socket, Observation<Long> unreadSince, Observation<Long> readAt) {
        PeerProgram none = PeerProgram.NOT_OBSERVED;
        return new PeerProgram(
                socket,
                unreadSince,
                readAt,
                none.speaksElsewhere(),
                none.greetsElsewhere(),
                none.habit(),
                none.silentElsewhere(),
                none.idleLimit());
    }

    private PeerSocket.@Nullable Listening listening() {
        HostListener listener = connection.listener();
        return leg == Leg.UPSTREAM && listener != null ? listener.facts() : null;
    }

    /** Of a responder whose listener alone is on this host. */
    private @Nullable PeerSocket unseen() {
        PeerSocket.Listening listening = listening();
        HostPrograms.Holding holding = listens();
        return listening == null
                ? null
                : new PeerSocket(
                        connection.nowEpochNanos(),
                        null,
                        -1,
                        -1,
                        new PeerSocket.Due("none", -1),
                        new PeerSocket.Holder(false, -1, holding.processId(), holding.name(), holding.state()),
                        listening,
                        "its listener has not taken the connection");
    }

    /** The program that listens for the responder. */
    private HostPrograms.Holding listens() {
        HostListener listener = connection.listener();
        return listener == null
                ? HostPrograms.Holding.unseen("nothing listens for it")
                : programs.of(listener.now().get(0).inode());
    }

    private PeerSocket socket(HostEnd far) {
        SocketEntry now = far.now();
        HostPrograms.Holding holding = now.inode() != 0
                ? programs.of(now.inode())
                : now.orphaned() ? HostPrograms.Holding.unseen(PeerSocket.CLOSED_BY_PROGRAM) : listens();
        return new PeerSocket(
                far.nowEpochNanos(),
                far.state(),
                now.unreadBytes(),
                now.sendQueue(),
                new PeerSocket.Due(
                        now.timer().label(),
                        now.timer() == SocketEntry.Timer.NONE ? -1 : now.timerMillis() * NANOS_PER_MILLI),
                new PeerSocket.Holder(
                        !now.unaccepted(), now.uid(), holding.processId(), holding.name(), holding.state()),
                listening(),
                now.unaccepted() ? "no program has accepted it yet" : holding.unseen());
    }
}
