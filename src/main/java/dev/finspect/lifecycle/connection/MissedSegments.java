package dev.finspect.lifecycle.connection;

/** Whether the facts of a connection prove that the capture misses segments. */
final class MissedSegments {
    private MissedSegments() {}

    /** Bytes acknowledged but never captured, a SYN-ACK without its SYN, an answered SYN without its SYN-ACK, or no ACK. */
    static boolean proved(HandshakeFacts handshake, EndpointFacts originator, EndpointFacts responder) {
        SynFacts syn = originator.syn();
        SynFacts synAck = responder.syn();
        boolean bytes =
                originator.stream().missedBytes() > 0 || responder.stream().missedBytes() > 0;
        boolean noSyn = syn == null && synAck != null;
        boolean noSynAck = syn != null && synAck == null && responder.stream().dataSegments() > 0;
        boolean noAnswer =
                syn != null && synAck == null && (originator.stream().pureAcks() > 0 || handshake.ackAtNanos() != null);
        boolean noAck = handshake.detours().ackedBeforeNanos() != null;
        return bytes || noSyn || noSynAck || noAnswer || noAck;
    }
}
