package dev.finspect.lifecycle.connection;

/** The trackers of one endpoint. */
final class EndpointTracker {
    final SynTracker syn = new SynTracker();
    /** An acknowledgment of its SYN-ACK that may be none. */
    final DoubtedAck doubted = new DoubtedAck();

    final StreamTracker sent = new StreamTracker();
    final FlightTracker flight = new FlightTracker();
    final TurnTracker turns = new TurnTracker();
    final WindowTracker window = new WindowTracker();
    final EndpointStates states = new EndpointStates();
    long bytesAfterPeerFin;
    /** Whether the other endpoint's FIN counts as received only once this endpoint acknowledges it. */
    boolean finNeedsProof;

    EndpointFacts facts(Endpoint role, WindowTracker peerWindow, long untilNanos) {
        return new EndpointFacts(
                syn.facts(),
                states.entries(),
                sent.facts(),
                flight.facts(sent, peerWindow),
                turns.facts(role),
                window.facts(untilNanos),
                states.timeIn(EndpointState.CLOSE_WAIT, untilNanos),
                states.timeIn(EndpointState.FIN_WAIT_2, untilNanos),
                bytesAfterPeerFin);
    }
}
