package dev.finspect.relay.epoll;

/** A phase of a leg before its bytes may flow; receives the events of its socket. */
interface EpollPhase {
    /** Handles the events of the socket, see {@link EpollBits}. */
    void happened(int bits);
}
