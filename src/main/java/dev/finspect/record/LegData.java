package dev.finspect.record;

import dev.finspect.lifecycle.turn.Answers;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Observation;
import dev.finspect.tcp.TcpState;

/**
 * The data phase of one leg. "Received" is from the peer to finspect, "sent" from finspect to the peer. Times are
 * wall-clock nanoseconds since the Unix epoch, durations nanoseconds.
 *
 * @param traffic how much went each way, and when
 * @param path round trips, ICMP errors, hops
 * @param loss what was sent again, and what is missing
 * @param windows closed receive windows
 * @param queue the kernel's socket at finspect's end
 * @param flight what is under way to the peer
 * @param relay what finspect's relaying did to the leg
 * @param turns who spoke, and who waited for whom
 * @param transfer where the time went in which bytes were to be sent to the peer
 */
public record LegData(
        Traffic traffic,
        Path path,
        Loss loss,
        Windows windows,
        Queue queue,
        Flight flight,
        Relay relay,
        Turns turns,
        Transfer transfer) {
    /** Nothing known, and no byte moved. */
    public static final LegData NOT_OBSERVED = ofBytes(Fact.inferred(0L), Fact.inferred(0L));

    /** Nothing known but bytes. */
    static LegData ofBytes(Fact<Long> received, Fact<Long> sent) {
        return new LegData(
                Traffic.ofBytes(received, sent),
                Path.NOT_OBSERVED,
                Loss.NOT_OBSERVED,
                Windows.NOT_OBSERVED,
                Queue.NOT_OBSERVED,
                Flight.NOT_OBSERVED,
                Relay.NOT_OBSERVED,
                Turns.NOT_OBSERVED,
                Transfer.NOT_OBSERVED);
    }

    /**
     * How much went each way, and when.
     *
     * @param bytesReceived bytes read from the socket
     * @param bytesSent bytes handed to the socket; some may still lie in the kernel's send queue
     * @param segmentsReceived segments of any kind
     * @param segmentsSent segments of any kind
     * @param firstReceivedAt when the first byte was read
     * @param lastReceivedAt when the last byte was read
     * @param firstSentAt when the first byte was handed over
     * @param lastSentAt when the last byte was handed over
     */
    public record Traffic(
            Fact<Long> bytesReceived,
            Fact<Long> bytesSent,
            Observation<Long> segmentsReceived,
            Observation<Long> segmentsSent,
            Observation<Long> firstReceivedAt,
            Observation<Long> lastReceivedAt,
            Observation<Long> firstSentAt,
            Observation<Long> lastSentAt) {
        /** Nothing known but bytes. */
        static Traffic ofBytes(Fact<Long> received, Fact<Long> sent) {
            return new Traffic(
                    received,
                    sent,
                    Observation.notObserved(),
                    Observation.notObserved(),
                    Observation.notObserved(),
                    Observation.notObserved(),
                    Observation.notObserved(),
                    Observation.notObserved());
        }
    }

    /**
     * What is known of the way between the two ends.
     *
     * @param smoothedRtt the kernel's smoothed round-trip time at the last reading
     * @param minRtt the least round-trip time the kernel saw
     * @param icmpErrors how many ICMP errors quoted the leg
     * @param lastIcmp type and sender of the last of them
     * @param peerTtls range of the time to live of the peer's segments, its RSTs left out
     * @param icmpMtuBytes the next hop's MTU, as the last ICMP error of that kind about a segment of finspect's names it
     */
    public record Path(
            Observation<Long> smoothedRtt,
            Observation<Long> minRtt,
            Observation<Long> icmpErrors,
            Observation<String> lastIcmp,
            Observation<Ttls> peerTtls,
            Observation<Long> icmpMtuBytes) {
        /** Not observed. */
        public static final Path NOT_OBSERVED = new Path(
                Observation.notObserved(),
                Observation.notObserved(),
                Observation.notObserved(),
                Observation.notObserved(),
                Observation.notObserved(),
                Observation.notObserved());
    }

    /**
     * What was sent again, and what is missing.
     *
     * @param retransmitsSent segments that finspect's kernel sent again, SYN and FIN included
     * @param retransmitsReceived segments that the peer sent again
     * @param bytesSent bytes that finspect's kernel sent again
     * @param bytesReceived bytes that the peer sent again
     * @param hole whether bytes of the peer wait behind bytes that are missing
     * @param sizes how large the segments are that arrive, and those that do not
     */
    public record Loss(
            Observation<Long> retransmitsSent,
            Observation<Long> retransmitsReceived,
            Observation<Long> bytesSent,
            Observation<Long> bytesReceived,
            Hole hole,
            SegmentSizes sizes) {
        /** Not observed. */
        public static final Loss NOT_OBSERVED = new Loss(
                Observation.notObserved(),
                Observation.notObserved(),
                Observation.notObserved(),
                Observation.notObserved(),
                Hole.NOT_OBSERVED,
                SegmentSizes.NOT_OBSERVED);
    }

    /**
     * A hole in the stream from the peer: later bytes have arrived, and finspect cannot read them before the missing ones come.
     *
     * @param since since when it has been seen; none where somebody looked and nothing was missing
     * @param at when that was so
     */
    public record Hole(Observation<Long> since, Observation<Long> at) {
        /** Not observed. */
        public static final Hole NOT_OBSERVED = new Hole(Observation.notObserved(), Observation.notObserved());
    }

    /**
     * Closed receive windows.
     *
     * @param peerZeroWindows how often the peer's window was found closed while something waited to be sent; without a
     *     capture as the sweep found it, so that a short one can be missed, and 0 from the kernel where it says it was never held
     *     back
     * @param peerZeroWindowTime for how long in all
     * @param localZeroWindows how often finspect's own window was closed
     * @param localZeroWindowTime for how long in all
     * @param zeroWindowSince since when the peer's window is closed while something waits to be sent; none while it is open.
     *     Begins anew when more bytes are acknowledged or sent, which says that it was open meanwhile though no reading showed it
     * @param longestZeroWindow the longest time for which the peer's window was closed before it opened, or took bytes; from a
     *     capture at most that
     * @param fullSince since when what is in flight fills the window that the peer announced last, so that no further segment may
     *     be sent; none while there is room. From the kernel as its readings find it
     */
    public record Windows(
            Observation<Long> peerZeroWindows,
            Observation<Long> peerZeroWindowTime,
            Observation<Long> localZeroWindows,
            Observation<Long> localZeroWindowTime,
            Observation<Long> zeroWindowSince,
            Observation<Long> longestZeroWindow,
            Observation<Long> fullSince) {
        /** Not observed. */
        public static final Windows NOT_OBSERVED = new Windows(
                Observation.notObserved(),
                Observation.notObserved(),
                Observation.notObserved(),
                Observation.notObserved(),
                Observation.notObserved(),
                Observation.notObserved(),
                Observation.notObserved());

        /** Whether what is in flight fills the window that the peer announced last. */
        public Observation<Boolean> full() {
            Fact<Long> since = fullSince.fact();
            if (since != null) {
                return new Fact<>(true, since.source());
            }
            return fullSince instanceof Observation.None<Long> none
                    ? new Fact<>(false, none.source())
                    : Observation.notObserved();
        }
    }

    /**
     * The kernel's socket at finspect's end, at the last reading.
     *
     * @param busyTime how long the kernel had bytes to send
     * @param receiverLimitedTime how much of it the peer's window held back
     * @param sendBufferLimitedTime how much of it the send buffer held back
     * @param unackedSegments sent and not acknowledged
     * @param notSentBytes in the send queue and never sent
     * @param peerWindowBytes the receive window that the peer offers; not observed of a leg that is over
     * @param state the state of finspect's end; a socket never shows its TIME-WAIT, but CLOSED
     */
    public record Queue(
            Observation<Long> busyTime,
            Observation<Long> receiverLimitedTime,
            Observation<Long> sendBufferLimitedTime,
            Observation<Long> unackedSegments,
            Observation<Long> notSentBytes,
            Observation<Long> peerWindowBytes,
            Observation<TcpState> state) {
        /** Not observed. */
        public static final Queue NOT_OBSERVED = new Queue(
                Observation.notObserved(),
                Observation.notObserved(),
                Observation.notObserved(),
                Observation.notObserved(),
                Observation.notObserved(),
                Observation.notObserved(),
                Observation.notObserved());
    }

    /**
     * What is under way to the peer and not acknowledged.
     *
     * @param unackedSegments segments sent and not acknowledged; inferred from bytes where only a capture shows them
     * @param bytesAcknowledged of the bytes sent, how many the peer's kernel has acknowledged, the numbers of SYN and FIN
     *     left out; stays what it was when an RST ends the leg
     * @param unackedSince since when something, a FIN included, is unacknowledged without any progress; none while everything
     *     is acknowledged
     * @param stalledUntil when something was acknowledged again after a second or longer without progress; none where there was no
     *     such stall
     * @param backoffs retransmission time-outs in a row without an answer; from a capture, how often the oldest
     *     unacknowledged segment was sent again
     * @param probes zero-window or keep-alive probes in a row without an answer
     * @param lastHeardAt when any segment of the peer came last, pure ACKs and answers to probes among them
     * @param localState the state of finspect's end, where the kernel shows it further than the capture
     * @param retransmission how the kernel goes about sending again
     */
    public record Flight(
            Observation<Long> unackedSegments,
            Observation<Long> bytesAcknowledged,
            Observation<Long> unackedSince,
            Observation<Long> stalledUntil,
            Observation<Long> backoffs,
            Observation<Long> probes,
            Observation<Long> lastHeardAt,
            Observation<TcpState> localState,
            Retransmission retransmission) {
        /** Not observed. */
        public static final Flight NOT_OBSERVED = new Flight(
                Observation.notObserved(),
                Observation.notObserved(),
                Observation.notObserved(),
                Observation.notObserved(),
                Observation.notObserved(),
                Observation.notObserved(),
                Observation.notObserved(),
                Observation.notObserved(),
                Retransmission.NOT_OBSERVED);
    }

    /**
     * How finspect's kernel goes about sending again, at the last reading.
     *
     * @param sackedSegments segments that the peer has, by its selective acknowledgements, behind one that it lacks
     * @param timeout the kernel's retransmission time-out
     * @param backoff by how many doublings the next zero-window probe is later than that
     * @param mssBytes the most bytes that a segment carries to this peer
     * @param pathMtuBytes the largest packet that is sent to this peer
     */
    public record Retransmission(
            Observation<Long> sackedSegments,
            Observation<Long> timeout,
            Observation<Long> backoff,
            Observation<Long> mssBytes,
            Observation<Long> pathMtuBytes) {
        /** Not observed. */
        public static final Retransmission NOT_OBSERVED = new Retransmission(
                Observation.notObserved(),
                Observation.notObserved(),
                Observation.notObserved(),
                Observation.notObserved(),
                Observation.notObserved());
    }

    /**
     * What finspect's relaying did to the leg.
     *
     * @param pausedTime how long finspect did not read from the peer because the other leg was full
     * @param pauses how often
     * @param pausedSince since when it does not read now; none while it reads
     * @param heldBytesMax most bytes that finspect itself held for this peer
     * @param undeliveredBytes bytes read from the other peer that never reached this peer's kernel queue
     * @param urgentSeen whether urgent data came, whose mark is lost though its byte is not
     * @param headerBytes of a PROXY header, which no count of the leg's bytes holds: received from a client, sent to an
     *     upstream; 0 without one
     */
    public record Relay(
            Observation<Long> pausedTime,
            Observation<Long> pauses,
            Observation<Long> pausedSince,
            Observation<Long> heldBytesMax,
            Observation<Long> undeliveredBytes,
            Observation<Boolean> urgentSeen,
            Observation<Long> headerBytes) {
        /** Not observed. */
        public static final Relay NOT_OBSERVED = new Relay(
                Observation.notObserved(),
                Observation.notObserved(),
                Observation.notObserved(),
                Observation.notObserved(),
                Observation.notObserved(),
                Observation.notObserved(),
                Observation.notObserved());
    }

    /**
     * Who spoke, and who waited for whom.
     *
     * @param turnBytesSent bytes sent since the peer's last bytes: the turn that it has not answered; 0 when it spoke last
     * @param unansweredTurns how often the peer went on speaking after a second's pause though the other leg's peer had said
     *     nothing meanwhile: a peer that does so does not wait for answers. A client's are counted only until it is first
     *     answered
     * @param longestAnswer the longest time that the peer let pass before it spoke, counted from the latest bytes sent to it;
     *     none until it has answered once
     * @param lastRest how long the latest rest lasted: a second or more without a byte either way, over again; none without
     *     one
     * @param lastRestEndedAt when bytes, either way, ended that rest
     * @param lastRestBytesSent of the bytes sent, how many were older than that end; not observed where it was not counted, or
     *     where the rest was seen to begin with everything acknowledged and an open window
     * @param unansweredSince when the first byte of the turn was sent that the peer has not answered: what is sent later does not
     *     renew it; none while the peer spoke last
     * @param answeredTurns how often the peer spoke after something was sent to it
     * @param answeredTurnsTime how long those turns took that the peer has answered, each from its first byte sent to its last;
     *     none of the one that it has not answered
     * @param answersTime how long the peer let pass in all between the last byte of a turn and the first of its answer
     * @param answers how soon the peer answered, turn by turn; of a client, how long it thought before it spoke again. Turns in
     *     which both spoke at once are left out; none until it has answered once
     */
    public record Turns(
            Observation<Long> turnBytesSent,
            Observation<Long> unansweredTurns,
            Observation<Long> longestAnswer,
            Observation<Long> lastRest,
            Observation<Long> lastRestEndedAt,
            Observation<Long> lastRestBytesSent,
            Observation<Long> unansweredSince,
            Observation<Long> answeredTurns,
            Observation<Long> answeredTurnsTime,
            Observation<Long> answersTime,
            Observation<Answers> answers) {
        /** Not observed. */
        public static final Turns NOT_OBSERVED = new Turns(
                Observation.notObserved(),
                Observation.notObserved(),
                Observation.notObserved(),
                Observation.notObserved(),
                Observation.notObserved(),
                Observation.notObserved(),
                Observation.notObserved(),
                Observation.notObserved(),
                Observation.notObserved(),
                Observation.notObserved(),
                Observation.notObserved());
    }

    /**
     * Where the time went in which bytes were to be sent to the peer, from tcp_info: each part by who kept them from going faster.
     * What is left of {@code time} nobody limited: there was nothing to send.
     *
     * @param time from the first byte sent to the peer to the last, or to its acknowledgement
     * @param peer its receive window was full or closed
     * @param network the congestion window, or loss
     * @param finspect its send buffer was too small, or it did not go on though the peer took more
     * @param source the other leg's peer: it was sending, and sent no faster
     */
    public record Transfer(
            Observation<Long> time,
            Observation<Long> peer,
            Observation<Long> network,
            Observation<Long> finspect,
            Observation<Long> source) {
        /** Not observed. */
        public static final Transfer NOT_OBSERVED = new Transfer(
                Observation.notObserved(),
                Observation.notObserved(),
                Observation.notObserved(),
                Observation.notObserved(),
                Observation.notObserved());

        /** How long anything limited it, nanoseconds. */
        public long limitedNanos() {
            return peer.or(0L) + network.or(0L) + finspect.or(0L) + source.or(0L);
        }
    }

    /** A range of times to live, both ends inclusive. */
    public record Ttls(int least, int greatest) {}
}
