package dev.finspect.session.host;

import dev.finspect.record.Attempt;
import dev.finspect.record.CloseMark;
import dev.finspect.record.Handshake;
import dev.finspect.record.LegClose;
import dev.finspect.record.LegRecord;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.Observation;
import dev.finspect.tcp.Source;
import dev.finspect.tcp.TcpState;
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
    private final Leg leg;
    private final HostConnection connection;
    private final @Nullable HostEnd local;
    private final @Nullable HostEnd peer;
    private final HostPrograms programs;

    private HostLeg(Leg leg, HostConnection connection, HostPrograms programs) {
        this.leg = leg;
        this.connection = connection;
        boolean client = leg == Leg.CLIENT;
        this.peer = client ? connection.originator() : connection.responder();
        this.local = client ? connection.responder() : connection.originator();
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
                HostLegData.of(local, peer),
                close(),
                HostPeer.of(leg, connection, peer, programs),
                null,
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
        HostEnd own = HostEnd.ifRead(local);
        HostEnd far = HostEnd.ifRead(peer);
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
}
