package dev.finspect.session;

import org.jspecify.annotations.Nullable;

/** Linux's error numbers (errno(3), the generic table that x86-64 and AArch64 share), as far as an open connection meets them. */
final class Errno {
    /** What an error says about the connection. */
    enum Meaning {
        /** The peer's RST came. */
        RESET,
        /**
         * Nothing came back for too long: ETIMEDOUT, or in its place the last ICMP error, which the kernel reports when it
         * gives a connection up (tcp_write_err in {@code net/ipv4/tcp_timer.c}).
         */
        TIMED_OUT,
        /** This host ended it: another program destroyed the socket, or a system call failed for a reason of its own. */
        LOCAL
    }

    /** Software caused connection abort: this host destroyed the socket ({@code ss -K}). */
    static final int ECONNABORTED = 103;

    private static final int EPIPE = 32;
    private static final int ECONNRESET = 104;

    private Errno() {}

    /** The name as errno(3) has it, {@code ERRNO_n} for a number not listed, null for 0 (unknown). */
    static @Nullable String name(int errno) {
        return switch (errno) {
            case 0 -> null;
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
            case EPIPE -> "EPIPE";
            case 64 -> "ENONET";
            case 71 -> "EPROTO";
            case 90 -> "EMSGSIZE";
            case 92 -> "ENOPROTOOPT";
            case 95 -> "EOPNOTSUPP";
            case 98 -> "EADDRINUSE";
            case 99 -> "EADDRNOTAVAIL";
            case 100 -> "ENETDOWN";
            case 101 -> "ENETUNREACH";
            case 102 -> "ENETRESET";
            case ECONNABORTED -> "ECONNABORTED";
            case ECONNRESET -> "ECONNRESET";
            case 105 -> "ENOBUFS";
            case 107 -> "ENOTCONN";
            case 110 -> "ETIMEDOUT";
            case 111 -> "ECONNREFUSED";
            case 112 -> "EHOSTDOWN";
            case 113 -> "EHOSTUNREACH";
            default -> "ERRNO_" + errno;
        };
    }

    /**
     * What {@code errno} says of a connection that was established. EPIPE is an RST too: the kernel says so where the peer's
     * FIN had come before it (tcp_reset in {@code net/ipv4/tcp_input.c}). 0 (unknown) is taken for an RST.
     */
    static Meaning meaning(int errno) {
        return switch (errno) {
            case 0, EPIPE, ECONNRESET -> Meaning.RESET;
            // ETIMEDOUT, and what icmp_err_convert and icmpv6_err_convert make of ICMP.
            case 13, 64, 71, 90, 92, 95, 100, 101, 110, 111, 112, 113 -> Meaning.TIMED_OUT;
            default -> Meaning.LOCAL;
        };
    }
}
