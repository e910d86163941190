package dev.finspect.wire.filter;

/** Instruction codes of classic BPF (linux/bpf_common.h) and the kernel's extensions (linux/filter.h), as far as used. */
final class Bpf {
    static final int LOAD_WORD = 0x20;
    static final int LOAD_HALF = 0x28;
    static final int LOAD_BYTE = 0x30;
    /** Relative to X; the next likewise. */
    static final int LOAD_HALF_AT_X = 0x48;

    static final int LOAD_BYTE_AT_X = 0x50;
    static final int LOAD_CONSTANT = 0x00;
    static final int LOAD_MEMORY = 0x60;
    static final int LOAD_X_CONSTANT = 0x01;
    static final int LOAD_X_MEMORY = 0x61;
    /** X = 4 * (byte & 0xf): the length of an IPv4 header. */
    static final int LOAD_X_IP_HEADER = 0xb1;

    static final int STORE = 0x02;
    static final int ADD = 0x04;
    static final int ADD_X = 0x0c;
    static final int AND = 0x54;
    static final int SHIFT_LEFT = 0x64;
    static final int SHIFT_RIGHT = 0x74;
    static final int A_TO_X = 0x07;
    static final int IF_EQUAL = 0x15;
    static final int IF_EQUAL_X = 0x1d;
    static final int IF_GREATER = 0x25;
    static final int IF_AT_LEAST = 0x35;
    static final int IF_ANY_BIT = 0x45;
    static final int RETURN = 0x06;
    static final int RETURN_A = 0x16;

    private static final int EXTENSIONS = -0x1000;
    /** The Ethernet protocol of the packet, host byte order. */
    static final int PROTOCOL = EXTENSIONS;
    /** PACKET_HOST, PACKET_OUTGOING and the like (packet(7)). */
    static final int PACKET_TYPE = EXTENSIONS + 4;
    /** The ARPHRD_ type of the interface. */
    static final int HARDWARE_TYPE = EXTENSIONS + 28;

    private Bpf() {}
}
