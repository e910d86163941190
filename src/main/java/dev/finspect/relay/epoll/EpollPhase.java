package dev.finspect.relay.epoll;

/** What a leg on an epoll loop is about before its bytes may flow: hears of its socket's events in the leg's place. */
interface EpollPhase {
    /** What epoll tells of the socket, as {@link EpollBits}. */
    void happened(int bits);
}
