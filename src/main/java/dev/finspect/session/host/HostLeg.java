package dev.finspect.session.host;

import dev.finspect.record.Attempt;
import dev.finspect.record.CloseMark;
import dev.finspect.record.Handshake;
import dev.finspect.record.LegClose;
import dev.finspect.record.LegData;
import dev.finspect.record.LegRecord;
import dev.finspect.record.PeerProgram;
import dev.finspect.record.PeerSocket;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.Observation;
import dev.finspect.tcp.Source;
import dev.finspect.tcp.TcpState;
import dev.finspect.wire.TcpInfo;
import dev.finspect.wire.diag.SocketEntry;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The record of one leg of a connection that finspect is not in, as {@code Snapshot} describes such a connection: its peer is one
 * end, and the other end stands where finspect's own would. What is sent to the peer is by the other end's socket, and what the
 * peer's program does by the peer's; each where it is on this host.
 *
 * <p>Moments are by the kernel's own ages, and by two readings between which nothing moved. Where they give only a limit, what
 * lasts has lasted longer than the record says.
 */
final class HostLeg {
    private static final long NANOS_PER_MICRO = 1_000;
    private static final long NANOS_PER_MILLI = 1_000_000;
    /** The longest tick of the kernel's timer (100 Hz). */
    private static final long TICK_NANOS = 10_000_000;

    private final Leg leg;
    private final HostConnection connection;
    private final @Nullable HostEnd local;
    private final @Nullable HostEnd peer;
    /** The same ends where the kernel gives their numbers: not of one that it only keeps for a while. */
    private final @Nullable HostEnd own;

    private final @Nullable HostEnd far;
    private final HostPrograms programs;

    private HostLeg(Leg leg, HostConnection connection, HostPrograms programs) {
        this.leg = leg;
        this.connection = connection;
        boolean client = leg == Leg.CLIENT;
        this.peer = client ? connection.originator() : connection.responder();
        this.local = client ? connection.responder() : connection.originator();
        this.own = local != null && local.isRead() ? local : null;
        this.far = peer != null && peer.isRead() ? peer : null;
        this.programs = programs;
    }

    /** The leg whose peer is the originator (client) or the responder (upstream). */
    static LegRecord of(Leg leg, HostConnection connection, HostPrograms programs) {
        return new HostLeg(leg, connection, programs).record();
    }

    private LegRecord record() {
        InetSocketAddress originator = connection.tuple().sourceSocket();
        InetSocketAddress responder = connection.tuple().destinationSocket();
        boolean client = leg == Leg.CLIENT;
        return new LegRecord(
                leg,
                client ? new LegRecord.Ends(originator, responder) : new LegRecord.Ends(responder, originator),
                client ? LegRecord.Search.NONE : new LegRecord.Search(List.of(), attempts(originator, responder)),
                handshake(),
                new LegData(
                        traffic(),
                        path(),
                        loss(),
                        windows(),
                        queue(),
                        flight(),
                        LegData.Relay.NOT_OBSERVED,
                        turns(),
                        LegData.Transfer.NOT_OBSERVED),
                close(),
                program(),
                null);
    }

    /** The attempt of an originator that still waits for the SYN-ACK. */
    private List<Attempt> attempts(InetSocketAddress originator, InetSocketAddress responder) {
        if (local == null || local.state() != TcpState.SYN_SENT) {
            return List.of();
        }
        Observation<Long> lastSyn =
                local.synRepeated() ? Fact.inferred(local.nowEpochNanos()) : Observation.notObserved();
        return List.of(new Attempt(
                null,
                responder,
                originator,
                Fact.inferred(local.firstSynAt()),
                null,
                Attempt.Answers.ofSyns(Fact.kernel(local.now().retransmits() + 1L), lastSyn),
                null));
    }

    private Handshake handshake() {
        Long here = own == null ? null : own.establishedAt();
        Long at = here != null || far == null ? here : far.establishedAt();
        HostEnd responder = connection.responder();
        Handshake.Side side = Handshake.Side.NOT_OBSERVED;
        Observation<Long> again = responder != null && responder.state() == TcpState.SYN_RECEIVED
                ? Fact.kernel((long) responder.now().retransmits())
                : Observation.notObserved();
        return new Handshake(
                Handshake.Segments.NOT_OBSERVED,
                at == null ? Observation.notObserved() : Fact.inferred(at),
                Observation.notObserved(),
                Observation.notObserved(),
                Observation.notObserved(),
                side,
                new Handshake.Side(
                        side.isn(), side.isnAcknowledged(), again, side.windowBytes(), side.ttl(), side.options()));
    }

    private LegData.Traffic traffic() {
        long received = own != null ? own.bytesReceived() : far == null ? 0 : far.bytesSent();
        long sent = own != null ? own.bytesSent() : far == null ? 0 : far.bytesReceived();
        Long receivedAt = own != null ? own.lastReceivedAt() : far == null ? null : far.lastTransmittedAt();
        return new LegData.Traffic(
                Fact.kernel(received),
                Fact.kernel(sent),
                own == null
                        ? Observation.notObserved()
                        : Fact.kernelNumber(own.info().segmentsReceived()),
                own == null
                        ? Observation.notObserved()
                        : Fact.kernelNumber(own.info().segmentsSent()),
                Observation.notObserved(),
                at(before(receivedAt, lastSent())),
                Observation.notObserved(),
                lastSentAt());
    }

    /**
     * When the peer spoke last, in the order in which it happened: the kernel's ages are in ticks, and of two within one tick the
     * bytes that lie unread came later, since the peer's program cannot have answered them.
     */
    private @Nullable Long before(@Nullable Long receivedAt, @Nullable Long sentAt) {
        boolean unread = peer != null && peer.now().unreadBytes() > 0;
        if (receivedAt == null || sentAt == null || !unread || Math.abs(sentAt - receivedAt) > TICK_NANOS) {
            return receivedAt;
        }
        return Math.min(receivedAt, sentAt) - 1;
    }

    /** When bytes were sent to the peer last: repetitions do not count. */
    private Observation<Long> lastSentAt() {
        boolean tries = own != null && own.info().probes() > 0 && own.info().peerWindowBytes() != 0;
        return tries ? Observation.notObserved() : at(lastSent());
    }

    private @Nullable Long lastSent() {
        if (own == null) {
            return far == null ? null : far.lastReceivedAt();
        }
        Long transmitted = own.lastTransmittedAt();
        Long unacked = own.info().retransmits() > 0 ? own.unackedSince() : null;
        return transmitted == null || unacked == null ? transmitted : (Long) Math.min(transmitted, unacked);
    }

    private static Observation<Long> at(@Nullable Long epochNanos) {
        return epochNanos == null ? Observation.none(Source.KERNEL) : Fact.kernel(epochNanos.longValue());
    }

    private TcpInfo info() {
        return own == null ? TcpInfo.decode(java.nio.ByteBuffer.allocate(0), 0) : own.info();
    }

    private static Observation<Long> times(long number, long factor) {
        return number < 0 ? Observation.notObserved() : Fact.kernel(number * factor);
    }

    private LegData.Path path() {
        return new LegData.Path(
                times(info().rttMicros(), NANOS_PER_MICRO),
                times(info().minRttMicros(), NANOS_PER_MICRO),
                Observation.notObserved(),
                Observation.notObserved(),
                Observation.notObserved());
    }

    private LegData.Loss loss() {
        Observation<Long> since = own == null || info().outOfOrderSegments() < 0
                ? Observation.notObserved()
                : own.hasHole() ? Fact.kernel(own.beforeEpochNanos()) : Observation.none(Source.KERNEL);
        return new LegData.Loss(
                Fact.kernelNumber(info().totalRetransmits()),
                Observation.notObserved(),
                Fact.kernelNumber(info().bytesRetransmitted()),
                Observation.notObserved(),
                new LegData.Hole(
                        since,
                        own == null || since.isNotObserved()
                                ? Observation.notObserved()
                                : Fact.kernel(own.nowEpochNanos())));
    }

    private LegData.Windows windows() {
        if (own == null) {
            return LegData.Windows.NOT_OBSERVED;
        }
        Observation<Long> never = info().receiverLimitedMicros() == 0 ? Fact.kernel(0L) : Observation.notObserved();
        return new LegData.Windows(
                never,
                never,
                Observation.notObserved(),
                Observation.notObserved(),
                at(own.windowClosedSince()),
                never,
                windowFullSince(own));
    }

    /** The same as {@code KernelReadings} finds of finspect's own sockets. */
    private Observation<Long> windowFullSince(HostEnd own) {
        if (info().peerWindowBytes() < 0) {
            return Observation.notObserved();
        }
        long flight = own.flightBytes();
        long wanted = info().notSentBytes() > 0 ? flight + Math.max(1, info().sendMssBytes()) - 1 : flight;
        boolean full = flight > 0 && wanted >= info().peerWindowBytes();
        return full ? Fact.inferred(own.nowEpochNanos()) : Observation.none(Source.INFERRED);
    }

    private LegData.Queue queue() {
        if (own == null) {
            return LegData.Queue.NOT_OBSERVED;
        }
        return new LegData.Queue(
                times(info().busyMicros(), NANOS_PER_MICRO),
                times(info().receiverLimitedMicros(), NANOS_PER_MICRO),
                times(info().sendBufferLimitedMicros(), NANOS_PER_MICRO),
                Fact.kernelNumber(info().unackedSegments()),
                Fact.kernelNumber(info().notSentBytes()),
                Fact.kernelNumber(info().peerWindowBytes()),
                Fact.kernel(own.state()));
    }

    private LegData.Flight flight() {
        if (own == null) {
            return far != null && far.now().unreadBytes() > 0 ? arrived(far) : LegData.Flight.NOT_OBSERVED;
        }
        return new LegData.Flight(
                Fact.kernelNumber(info().unackedSegments()),
                Fact.kernel(own.bytesAcknowledged()),
                at(own.unackedSince()),
                Observation.notObserved(),
                Fact.kernelNumber(info().retransmits()),
                Fact.kernelNumber(info().probes()),
                own.isEstablished() ? at(own.lastHeardAt()) : Observation.notObserved(),
                Fact.kernel(own.state()),
                new LegData.Retransmission(
                        Fact.kernelNumber(info().sackedSegments()),
                        times(info().retransmitTimeoutMicros(), NANOS_PER_MICRO),
                        Fact.kernelNumber(info().backoff()),
                        Fact.kernelNumber(info().sendMssBytes()),
                        Fact.kernelNumber(info().pathMtuBytes())));
    }

    /** What its program has not read has arrived, and is no loss. */
    private static LegData.Flight arrived(HostEnd far) {
        LegData.Flight none = LegData.Flight.NOT_OBSERVED;
        return new LegData.Flight(
                none.unackedSegments(),
                Fact.inferred(far.bytesReceived()),
                none.unackedSince(),
                none.stalledUntil(),
                none.backoffs(),
                none.probes(),
                none.lastHeardAt(),
                none.localState(),
                none.retransmission());
    }

    /** Of a peer that has never sent a byte, all that was sent to it is one turn. */
    private LegData.Turns turns() {
        LegData.Turns none = LegData.Turns.NOT_OBSERVED;
        LegData.Traffic traffic = traffic();
        boolean oneTurn =
                traffic.bytesReceived().value() == 0 && traffic.bytesSent().value() > 0;
        return !oneTurn
                ? none
                : new LegData.Turns(
                        Fact.inferred(traffic.bytesSent().value()),
                        none.unansweredTurns(),
                        none.longestAnswer(),
                        none.lastRest(),
                        none.lastRestEndedAt(),
                        none.lastRestBytesSent(),
                        none.unansweredSince(),
                        none.answeredTurns(),
                        none.answeredTurnsTime(),
                        none.answersTime(),
                        none.answers());
    }

    private LegClose close() {
        Observation<CloseMark> noReset = Observation.none(Source.KERNEL);
        return new LegClose(
                fin(peer, local),
                fin(local, peer),
                noReset,
                noReset,
                Observation.notObserved(),
                Observation.notObserved(),
                Observation.notObserved(),
                LegClose.Waits.NOT_OBSERVED,
                LegClose.AfterFin.NOT_OBSERVED);
    }

    /** The FIN of one end, by its own state or by that of the end that it is sent to. */
    private static Observation<CloseMark> fin(@Nullable HostEnd sender, @Nullable HostEnd receiver) {
        boolean sent = sender != null && sender.hasOwnFin();
        boolean arrived = receiver != null && receiver.hasPeerFin();
        if (!sent && !arrived) {
            return Observation.none(Source.KERNEL);
        }
        boolean acknowledged = arrived || (sender != null && sender.isOwnFinAcknowledged());
        HostEnd witness = arrived ? receiver : sender;
        CloseMark.Delivery none = CloseMark.Delivery.NOT_OBSERVED;
        return Fact.inferred(CloseMark.at(Fact.inferred(finAt(witness, acknowledged)))
                .with(new CloseMark.Delivery(
                        Fact.kernel(acknowledged), none.timeToAck(), none.retransmits(), none.inWindow())));
    }

    /** At the latest: nothing came to this end after it, or it was there at the earlier reading. */
    private static long finAt(@Nullable HostEnd witness, boolean acknowledged) {
        if (witness == null) {
            throw new AssertionError("a FIN has a witness");
        }
        Long heard = witness.lastHeardAt();
        Long unacked = witness.unackedSince();
        Long limit = acknowledged ? heard : unacked;
        long at = limit == null ? witness.nowEpochNanos() : limit;
        boolean before = witness.before() != null && witness.before().state() == witness.state();
        return before ? Math.min(at, witness.beforeEpochNanos()) : at;
    }

    private PeerProgram program() {
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
                : now.orphaned()
                        ? HostPrograms.Holding.unseen("its program closed it; only the kernel still handles it")
                        : listens();
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
