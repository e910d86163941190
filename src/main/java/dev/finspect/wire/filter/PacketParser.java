package dev.finspect.wire.filter;

import dev.finspect.wire.filter.FilterAssembler.Label;

/**
 * The part of the filter program that parses a packet. It stores in scratch memory what the port search needs, in the same
 * form for IPv4, for IPv6 and for a segment quoted by an ICMP error, and drops everything else.
 */
final class PacketParser {
    /** Scratch memory: the source port. */
    static final int SOURCE_PORT = 0;
    /** The destination port. */
    static final int DESTINATION_PORT = 1;
    /** Result of the filter for a selected packet: how many of its bytes to keep. */
    static final int HEADER_BYTES = 2;
    /** 1 if {@link FilterMode#LIFECYCLE} selects the packet, otherwise 0. */
    static final int OPENS_OR_CLOSES = 3;
    /** 4 or 6 if addresses can be compared, {@link #QUOTED} for a quoted segment. */
    static final int FAMILY = 4;

    static final int QUOTED = 0;
    static final int V4 = 4;
    static final int V6 = 6;

    private static final int IP_BYTES = 5;
    private static final int PACKET_OUTGOING = 4;
    private static final int LOOPBACK_HARDWARE = 772;
    private static final int ETHERTYPE_IP = 0x0800;
    private static final int ETHERTYPE_IPV6 = 0x86dd;
    private static final int PROTOCOL_TCP = 6;
    private static final int PROTOCOL_ICMP = 1;
    private static final int PROTOCOL_ICMPV6 = 58;
    private static final int FRAGMENT_OFFSET = 0x1fff;
    private static final int FIN_SYN_RST = 0x07;
    private static final int IPV6_HEADER = 40;
    private static final int ICMP_HEADER = 8;
    /** Part of the TCP header that every error quotes at least: ports and sequence number (RFC 792). */
    private static final int QUOTED_TCP_BYTES = 8;

    private final FilterAssembler code;
    private final Label match;
    private final Label drop;
    private final Label segment = new Label();
    private final Label quote = new Label();

    private PacketParser(FilterAssembler code, Label match, Label drop) {
        this.code = code;
        this.match = match;
        this.drop = drop;
    }

    /** Emits the code; the program continues at {@code match} for TCP, otherwise at {@code drop}. */
    static void write(FilterAssembler code, Label match, Label drop) {
        PacketParser reading = new PacketParser(code, match, drop);
        Label v6 = new Label();
        reading.protocol(v6);
        reading.ipv4();
        code.place(v6);
        reading.ipv6();
        reading.tcp();
        reading.quotedTcp();
    }

    /** Loopback delivers each packet twice, as sent and as received; the first is dropped. */
    private void protocol(Label v6) {
        Label once = new Label();
        code.add(Bpf.LOAD_BYTE, Bpf.PACKET_TYPE).branch(Bpf.IF_EQUAL, PACKET_OUTGOING, null, once);
        code.add(Bpf.LOAD_HALF, Bpf.HARDWARE_TYPE).branch(Bpf.IF_EQUAL, LOOPBACK_HARDWARE, drop, once);
        code.place(once).add(Bpf.LOAD_HALF, Bpf.PROTOCOL);
        code.branch(Bpf.IF_EQUAL, ETHERTYPE_IPV6, v6, null).branch(Bpf.IF_EQUAL, ETHERTYPE_IP, null, drop);
    }

    private void ipv4() {
        Label icmp = new Label();
        Label tcp = new Label();
        code.add(Bpf.LOAD_HALF, 6).branch(Bpf.IF_ANY_BIT, FRAGMENT_OFFSET, drop, null);
        code.add(Bpf.LOAD_X_IP_HEADER, 0).add(Bpf.LOAD_BYTE, 9);
        code.branch(Bpf.IF_EQUAL, PROTOCOL_TCP, tcp, null).branch(Bpf.IF_EQUAL, PROTOCOL_ICMP, icmp, drop);
        code.place(tcp).add(Bpf.LOAD_CONSTANT, V4).add(Bpf.STORE, FAMILY);
        code.add(Bpf.LOAD_HALF, 2).add(Bpf.STORE, IP_BYTES).jump(segment);
        code.place(icmp).add(Bpf.LOAD_BYTE_AT_X, 0);
        Label error = new Label();
        for (int type : new int[] {3, 4, 11}) { // unreachable, source quench, time exceeded
            code.branch(Bpf.IF_EQUAL, type, error, null);
        }
        code.branch(Bpf.IF_EQUAL, 12, null, drop); // parameter problem
        code.place(error).add(Bpf.LOAD_HALF_AT_X, ICMP_HEADER + 6);
        code.branch(Bpf.IF_ANY_BIT, FRAGMENT_OFFSET, drop, null);
        code.add(Bpf.LOAD_BYTE_AT_X, ICMP_HEADER + 9).branch(Bpf.IF_EQUAL, PROTOCOL_TCP, null, drop);
        code.add(Bpf.LOAD_BYTE_AT_X, ICMP_HEADER).add(Bpf.AND, 0x0f).add(Bpf.SHIFT_LEFT, 2);
        code.add(Bpf.ADD_X, 0).add(Bpf.ADD, ICMP_HEADER).add(Bpf.A_TO_X, 0).jump(quote);
    }

    private void ipv6() {
        Label icmp = new Label();
        Label tcp = new Label();
        code.add(Bpf.LOAD_BYTE, 6);
        code.branch(Bpf.IF_EQUAL, PROTOCOL_TCP, tcp, null).branch(Bpf.IF_EQUAL, PROTOCOL_ICMPV6, icmp, drop);
        code.place(icmp).add(Bpf.LOAD_BYTE, IPV6_HEADER); // 1 unreachable, 2 too big, 3 time exceeded, 4 parameter
        code.branch(Bpf.IF_AT_LEAST, 1, null, drop).branch(Bpf.IF_GREATER, 4, drop, null);
        code.add(Bpf.LOAD_BYTE, IPV6_HEADER + ICMP_HEADER + 6).branch(Bpf.IF_EQUAL, PROTOCOL_TCP, null, drop);
        code.add(Bpf.LOAD_X_CONSTANT, IPV6_HEADER + ICMP_HEADER + IPV6_HEADER).jump(quote);
        code.place(tcp).add(Bpf.LOAD_CONSTANT, V6).add(Bpf.STORE, FAMILY);
        code.add(Bpf.LOAD_HALF, 4).add(Bpf.ADD, IPV6_HEADER).add(Bpf.STORE, IP_BYTES);
        code.add(Bpf.LOAD_X_CONSTANT, IPV6_HEADER);
    }

    /** Expects in X the offset of the TCP header. */
    private void tcp() {
        Label opensOrCloses = new Label();
        code.place(segment).add(Bpf.LOAD_HALF_AT_X, 0).add(Bpf.STORE, SOURCE_PORT);
        code.add(Bpf.LOAD_HALF_AT_X, 2).add(Bpf.STORE, DESTINATION_PORT);
        code.add(Bpf.LOAD_BYTE_AT_X, 12).add(Bpf.AND, 0xf0).add(Bpf.SHIFT_RIGHT, 2);
        code.add(Bpf.ADD_X, 0).add(Bpf.STORE, HEADER_BYTES);
        code.add(Bpf.LOAD_BYTE_AT_X, 13).branch(Bpf.IF_ANY_BIT, FIN_SYN_RST, opensOrCloses, null);
        code.add(Bpf.LOAD_MEMORY, IP_BYTES).add(Bpf.LOAD_X_MEMORY, HEADER_BYTES);
        code.branch(Bpf.IF_EQUAL_X, 0, opensOrCloses, null);
        code.add(Bpf.LOAD_CONSTANT, 0).add(Bpf.STORE, OPENS_OR_CLOSES).jump(match);
        code.place(opensOrCloses);
        code.add(Bpf.LOAD_CONSTANT, 1).add(Bpf.STORE, OPENS_OR_CLOSES).jump(match);
    }

    /** Expects in X the offset of the quoted TCP header. */
    private void quotedTcp() {
        code.place(quote)
                .add(Bpf.LOAD_CONSTANT, QUOTED_TCP_BYTES)
                .add(Bpf.ADD_X, 0)
                .add(Bpf.STORE, HEADER_BYTES);
        code.add(Bpf.LOAD_HALF_AT_X, 0).add(Bpf.STORE, SOURCE_PORT);
        code.add(Bpf.LOAD_HALF_AT_X, 2).add(Bpf.STORE, DESTINATION_PORT);
        code.add(Bpf.LOAD_CONSTANT, 1).add(Bpf.STORE, OPENS_OR_CLOSES);
        code.add(Bpf.LOAD_CONSTANT, QUOTED).add(Bpf.STORE, FAMILY);
    }
}
