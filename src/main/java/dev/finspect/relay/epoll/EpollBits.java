package dev.finspect.relay.epoll;

import io.netty.channel.epoll.Native;

/** The events that epoll reports for a socket (epoll_ctl(2)). */
final class EpollBits {
    /** Bytes are there, or the end. */
    static final int IN = Native.EPOLLIN;
    /** Urgent data is there. */
    static final int PRI = 0x2;
    /** There is room for bytes; of a socket that connects: it is connected. */
    static final int OUT = Native.EPOLLOUT;
    /** An RST or another error. */
    static final int ERR = Native.EPOLLERR;
    /** Both directions are shut. */
    static final int HUP = 0x10;
    /** A FIN is in the kernel, perhaps behind unread bytes. */
    static final int RDHUP = Native.EPOLLRDHUP;
    /** Reports changes only. */
    static final int EDGES = Native.EPOLLET;

    private EpollBits() {}

    /** Whether one of these is among them. */
    static boolean any(int bits, int wanted) {
        return (bits & wanted) != 0;
    }
}
