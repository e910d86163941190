package dev.finspect.lifecycle.connection;

/** What is being learned of one endpoint. */
final class Endpoint {
    final SynWatch syn = new SynWatch();
    final StreamAccount sent = new StreamAccount();
    final FlightWatch flight = new FlightWatch();
    final TurnWatch turns = new TurnWatch();
    final WindowWatch window = new WindowWatch();
    final EndpointStates states = new EndpointStates();
    long bytesAfterPeerFin;
    /** Whether the other's FIN counts as read only when this end acknowledges it. */
    boolean finNeedsProof;

    EndpointFacts facts(long untilNanos) {
        return new EndpointFacts(
                syn.facts(),
                states.entries(),
                sent.facts(),
                flight.facts(sent),
                turns.facts(),
                window.facts(untilNanos),
                states.timeIn(EndpointState.CLOSE_WAIT, untilNanos),
                states.timeIn(EndpointState.FIN_WAIT_2, untilNanos),
                bytesAfterPeerFin);
    }
}
