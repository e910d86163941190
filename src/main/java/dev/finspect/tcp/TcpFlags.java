package dev.finspect.tcp;

/** The control bits of a TCP header (RFC 9293 section 3.1, RFC 9768 for AE), with their values in its 13th and 14th byte. */
public final class TcpFlags {
    public static final int FIN = 0x001;
    public static final int SYN = 0x002;
    public static final int RST = 0x004;
    public static final int PSH = 0x008;
    public static final int ACK = 0x010;
    public static final int URG = 0x020;
    public static final int ECE = 0x040;
    public static final int CWR = 0x080;
    public static final int AE = 0x100;

    private TcpFlags() {}

    /** Whether {@code flags} has all bits of {@code wanted}. */
    public static boolean has(int flags, int wanted) {
        return (flags & wanted) == wanted;
    }
}
