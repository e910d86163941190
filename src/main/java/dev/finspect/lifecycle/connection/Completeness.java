package dev.finspect.lifecycle.connection;

import dev.finspect.tcp.TcpFlags;

/** Wireshark's conversation completeness: one bit for each kind of segment that was captured. */
final class Completeness {
    static final int SYN = 1;
    static final int SYN_ACK = 2;
    static final int ACK = 4;
    static final int DATA = 8;
    static final int FIN = 16;
    static final int RST = 32;

    private static final int ENDS = TcpFlags.FIN | TcpFlags.ACK;

    private Completeness() {}

    /** The bits for one segment. */
    static int of(int flags, int payloadBytes) {
        int bits = 0;
        switch (flags & (TcpFlags.SYN | TcpFlags.ACK)) {
            case TcpFlags.SYN -> bits = SYN;
            case TcpFlags.SYN | TcpFlags.ACK -> bits = SYN_ACK;
            case TcpFlags.ACK -> bits = payloadBytes > 0 ? DATA : ACK;
            default -> {}
        }
        if ((flags & ENDS) == ENDS) {
            bits |= FIN;
        }
        return (flags & TcpFlags.RST) != 0 ? bits | RST : bits;
    }
}
