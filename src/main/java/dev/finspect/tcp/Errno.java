package dev.finspect.tcp;

/**
 * An error number of Linux (errno(3); the generic table that x86-64 and AArch64 share): its name, what a failed connect()
 * means by it, and why an established connection failed with it.
 *
 * @param number positive; 0 for {@link #UNKNOWN}
 */
public record Errno(int number) {
    /** The connection failed, and nothing says with which error. */
    public static final Errno UNKNOWN = new Errno(0);

    public static final Errno EPERM = new Errno(1);
    public static final Errno ENOMEM = new Errno(12);
    public static final Errno EACCES = new Errno(13);
    public static final Errno ENFILE = new Errno(23);
    public static final Errno EMFILE = new Errno(24);
    public static final Errno EPIPE = new Errno(32);
    public static final Errno EPROTO = new Errno(71);
    public static final Errno EADDRINUSE = new Errno(98);
    public static final Errno EADDRNOTAVAIL = new Errno(99);
    public static final Errno ENETUNREACH = new Errno(101);
    public static final Errno ECONNABORTED = new Errno(103);
    public static final Errno ECONNRESET = new Errno(104);
    public static final Errno ENOBUFS = new Errno(105);
    public static final Errno ETIMEDOUT = new Errno(110);
    public static final Errno ECONNREFUSED = new Errno(111);
    public static final Errno EHOSTDOWN = new Errno(112);
    public static final Errno EHOSTUNREACH = new Errno(113);

    /** Why an established connection failed. */
    public enum Cause {
        /** The peer reset it. */
        RESET,
        /**
         * TCP gave it up because nothing came back for too long. The error is ETIMEDOUT, or the one that stands for the last
         * ICMP error, which the kernel reports in its place (tcp_write_err in {@code net/ipv4/tcp_timer.c}).
         */
        GIVEN_UP,
        /** This host ended it: another program destroyed the socket, or a system call failed for a reason of its own. */
        LOCAL
    }

    /** The name in errno(3), {@code ERRNO_n} for a number that is not listed here, {@code unknown} for 0. */
    public String name() {
        return switch (number) {
            case 0 -> "unknown";
            case 1 -> "EPERM";
            case 4 -> "EINTR";
            case 5 -> "EIO";
            case 9 -> "EBADF";
            case 11 -> "EAGAIN";
            case 12 -> "ENOMEM";
            case 13 -> "EACCES";
            case 22 -> "EINVAL";
            case 23 -> "ENFILE";
            case 24 -> "EMFILE";
            case 32 -> "EPIPE";
            case 38 -> "ENOSYS";
            case 64 -> "ENONET";
            case 71 -> "EPROTO";
            case 90 -> "EMSGSIZE";
            case 92 -> "ENOPROTOOPT";
            case 95 -> "EOPNOTSUPP";
            case 97 -> "EAFNOSUPPORT";
            case 98 -> "EADDRINUSE";
            case 99 -> "EADDRNOTAVAIL";
            case 100 -> "ENETDOWN";
            case 101 -> "ENETUNREACH";
            case 102 -> "ENETRESET";
            case 103 -> "ECONNABORTED";
            case 104 -> "ECONNRESET";
            case 105 -> "ENOBUFS";
            case 107 -> "ENOTCONN";
            case 110 -> "ETIMEDOUT";
            case 111 -> "ECONNREFUSED";
            case 112 -> "EHOSTDOWN";
            case 113 -> "EHOSTUNREACH";
            default -> "ERRNO_" + number;
        };
    }

    /** How an attempt to connect ended whose connect(), or the socket() before it, failed with this error. */
    public ConnectResult connectResult() {
        return switch (number) {
            case 111 -> ConnectResult.REFUSED;
            case 112, 113 -> ConnectResult.HOST_UNREACHABLE;
            case 101 -> ConnectResult.NETWORK_UNREACHABLE;
            case 110 -> ConnectResult.TIMED_OUT;
            case 104 -> ConnectResult.RESET;
            case 23, 24 -> ConnectResult.NO_DESCRIPTOR;
            case 99 -> ConnectResult.NO_PORT;
            case 1, 13 -> ConnectResult.DENIED;
            default -> ConnectResult.FAILED;
        };
    }

    /**
     * Why an established connection failed with this error. EPIPE means a reset too: the kernel reports it where the peer's FIN
     * came before the RST (tcp_reset in {@code net/ipv4/tcp_input.c}). {@link #UNKNOWN} is taken for a reset.
     */
    public Cause cause() {
        return switch (number) {
            case 0, 32, 104 -> Cause.RESET;
            // ETIMEDOUT, and what icmp_err_convert and icmpv6_err_convert make of ICMP.
            case 13, 64, 71, 90, 92, 95, 100, 101, 110, 111, 112, 113 -> Cause.GIVEN_UP;
            default -> Cause.LOCAL;
        };
    }

    /** Whether the kernel has no memory left for a socket. */
    public boolean isNoMemory() {
        return number == ENOMEM.number || number == ENOBUFS.number;
    }

    /** Whether descriptors or memory are used up, so that trying again at once is in vain. */
    public boolean isShortage() {
        return isNoMemory() || number == ENFILE.number || number == EMFILE.number;
    }

    @Override
    public String toString() {
        return name();
    }
}
