package dev.finspect.lifecycle.connection;

/** Whether a connection's facts prove that the capture does not have all its segments. */
final class MissedSegments {
    private MissedSegments() {}

    /** Bytes acknowledged that were never seen, a SYN-ACK without its SYN, or an answered SYN without its SYN-ACK. */
    static boolean missed(EndpointFacts originator, EndpointFacts responder) {
        SynFacts asked = originator.syn();
        SynFacts answered = responder.syn();
        boolean bytes =
                originator.stream().missedBytes() > 0 || responder.stream().missedBytes() > 0;
        boolean noSyn = asked == null && answered != null;
        boolean noSynAck =
                asked != null && answered == null && responder.stream().dataSegments() > 0;
        boolean noAnswer =
                asked != null && answered == null && originator.stream().pureAcks() > 0;
        return bytes || noSyn || noSynAck || noAnswer;
    }
}
