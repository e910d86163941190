package dev.finspect.wire.packet;

import dev.finspect.tcp.IpAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.UnaryOperator;

/**
 * Writes other addresses into a packet, from its IP header on: into IPv4 and IPv6 headers with their options and routing headers,
 * into the packets that ICMP errors quote, into tunnels of IP in IP, and into TCP's MPTCP options. Checksums are adjusted by what
 * changed (RFC 1624), not made anew: a right one stays right, a wrong one stays wrong by as much, and one that was left to the
 * network adapter stays unfinished. What is cut off stays as it is. Pure.
 */
public final class AddressRewriter {
    private static final int ICMP = 1;
    private static final int IP_IN_IP = 4;
    private static final int TCP = 6;
    private static final int UDP = 17;
    private static final int IPV6_IN_IP = 41;
    private static final int ICMP_V6 = 58;
    private static final int HOP_BY_HOP = 0;
    private static final int ROUTING = 43;
    private static final int FRAGMENT = 44;
    private static final int AUTHENTICATION = 51;
    private static final int DESTINATION_OPTIONS = 60;

    private static final int V4_HEADER = 20;
    private static final int V6_HEADER = 40;
    private static final int ICMP_HEADER = 8;
    private static final int ICMP_REDIRECT = 5;
    private static final int TCP_HEADER = 20;
    private static final int TCP_CHECKSUM = 16;
    private static final int UDP_CHECKSUM = 6;
    private static final int MPTCP = 30;
    private static final int ADD_ADDRESS = 3;
    private static final int ONES = 0xffff;

    private final byte[] packet;
    private final UnaryOperator<IpAddress> other;

    private AddressRewriter(byte[] packet, UnaryOperator<IpAddress> other) {
        this.packet = packet;
        this.other = other;
    }

    /** Rewrites the packet in place. */
    public static void rewrite(byte[] packet, UnaryOperator<IpAddress> other) {
        new AddressRewriter(packet, other).ip(0);
    }

    /** One layer of IP, and what it carries. */
    private void ip(int at) {
        if (at >= packet.length) {
            return;
        }
        int version = (packet[at] & 0xff) >> 4;
        if (version == 4) {
            ipv4(at);
        } else if (version == 6) {
            ipv6(at);
        }
    }

    private void ipv4(int at) {
        int length = (packet[at] & 0xf) * 4;
        if (length < V4_HEADER || at + V4_HEADER > packet.length) {
            return;
        }
        long before = sum(at + 12, 8);
        long pseudo = address(at + 12, 4, at) + address(at + 16, 4, at);
        long header = pseudo + ipv4Options(at + V4_HEADER, Math.min(at + length, packet.length), at);
        adjust(at + 10, header);
        boolean first = (u16(at + 6) & 0x1fff) == 0;
        if (first) {
            payload(packet[at + 9] & 0xff, at + length, new Pseudo(before, pseudo, u16(at + 2) - length));
        }
    }

    /**
     * The pseudo-header that checksums cover.
     *
     * @param addresses the sum of the addresses before
     * @param change by how much it has changed since
     * @param bytes what IP carries, by its header; 0 or less where that says nothing
     */
    private record Pseudo(long addresses, long change, int bytes) {}

    /** Record Route, Loose and Strict Source Route, and Timestamp with addresses, RFC 791 section 3.1. */
    private long ipv4Options(int from, int end, int header) {
        long change = 0;
        int at = from;
        while (at + 2 <= end && packet[at] != 0) {
            int kind = packet[at] & 0xff;
            if (kind == 1) {
                at++;
                continue;
            }
            int length = packet[at + 1] & 0xff;
            if (length < 2 || at + length > end) {
                break;
            }
            if (kind == 7 || kind == 131 || kind == 137) {
                for (int i = at + 3; i + 4 <= at + length; i += 4) {
                    change += address(i, 4, header);
                }
            } else if (kind == 68 && length > 4 && (packet[at + 3] & 0xf) != 0) {
                for (int i = at + 4; i + 8 <= at + length; i += 8) {
                    change += address(i, 4, header);
                }
            }
            at += length;
        }
        return change;
    }

    private void ipv6(int at) {
        if (at + V6_HEADER > packet.length) {
            return;
        }
        long before = sum(at + 8, 32);
        int whole = u16(at + 4) + V6_HEADER;
        long source = address(at + 8, 16, at);
        long destination = address(at + 24, 16, at);
        int next = packet[at + 6] & 0xff;
        int from = at + V6_HEADER;
        while (from + 8 <= packet.length) {
            int length = (packet[from + 1] & 0xff) * 8 + 8;
            if (next == ROUTING) {
                long last = routing(from, Math.min(from + length, packet.length), at);
                destination = last == UNCHANGED ? destination : last;
            } else if (next == FRAGMENT) {
                if ((u16(from + 2) & 0xfff8) != 0) {
                    return;
                }
                length = 8;
            } else if (next == AUTHENTICATION) {
                length = (packet[from + 1] & 0xff) * 4 + 8;
            } else if (next != HOP_BY_HOP && next != DESTINATION_OPTIONS) {
                break;
            }
            next = packet[from] & 0xff;
            from += length;
        }
        payload(next, from, new Pseudo(before, source + destination, whole - (from - at)));
    }

    /** No address of a routing header is the packet's last. */
    private static final long UNCHANGED = Long.MIN_VALUE;

    /**
     * Addresses of a routing header: type 0 and 2 (RFC 6275) and 4 (RFC 8754).
     *
     * @return by how much the last destination changed, which checksums cover while segments are left
     */
    private long routing(int at, int end, int header) {
        int type = packet[at + 2] & 0xff;
        int left = packet[at + 3] & 0xff;
        if (type != 0 && type != 2 && type != 4) {
            return UNCHANGED;
        }
        int count = type == 4 ? (packet[at + 4] & 0xff) + 1 : (packet[at + 1] & 0xff) / 2;
        long last = UNCHANGED;
        for (int i = 0; i < count && at + 8 + (i + 1) * 16 <= end; i++) {
            long change = address(at + 8 + i * 16, 16, header);
            boolean isLast = type == 4 ? i == 0 : i == count - 1;
            last = isLast && left > 0 ? change : last;
        }
        return last;
    }

    private void payload(int protocol, int at, Pseudo pseudo) {
        switch (protocol) {
            case TCP -> tcp(at, pseudo);
            case UDP -> {
                if (at + ICMP_HEADER <= packet.length && u16(at + UDP_CHECKSUM) != 0) {
                    adjust(at + UDP_CHECKSUM, pseudo.change);
                }
            }
            case ICMP -> icmp(at, 0, false);
            case ICMP_V6 -> icmp(at, pseudo.change, true);
            case IP_IN_IP, IPV6_IN_IP -> ip(at);
            default -> {}
        }
    }

    private void tcp(int at, Pseudo pseudo) {
        long change = pseudo.change;
        boolean left = at + TCP_CHECKSUM + 2 <= packet.length && isLeftToTheCard(at, pseudo);
        int end = at + TCP_HEADER <= packet.length ? Math.min(at + ((packet[at + 12] & 0xf0) >> 2), packet.length) : at;
        int option = at + TCP_HEADER;
        while (option + 2 <= end && packet[option] != 0) {
            int length = packet[option] == 1 ? 1 : packet[option + 1] & 0xff;
            if (length < 1 || option + length > end) {
                break;
            }
            if (packet[option] == MPTCP && length >= 8 && (packet[option + 2] & 0xf0) >> 4 == ADD_ADDRESS) {
                int bytes = length < 20 ? 4 : 16;
                change += address(option + 4, bytes, at);
            }
            option += length;
        }
        // The sum of the pseudo-header alone is no complement: it grows with the addresses.
        adjust(at + TCP_CHECKSUM, left ? -pseudo.change : change);
    }

    /** Whether the field has the sum of the pseudo-header alone, with the length or, before segmentation, without. */
    private boolean isLeftToTheCard(int at, Pseudo pseudo) {
        long all = pseudo.addresses + TCP + pseudo.bytes + sum(at, Math.max(0, pseudo.bytes));
        if (pseudo.bytes > 0 && at + pseudo.bytes <= packet.length && InternetChecksum.fold(all) == ONES) {
            return false;
        }
        int field = u16(at + TCP_CHECKSUM);
        int without = InternetChecksum.fold(pseudo.addresses + TCP);
        int with = InternetChecksum.fold(pseudo.addresses + TCP + Math.max(0, pseudo.bytes));
        return field == without || field == with;
    }

    private long sum(int from, int bytes) {
        return InternetChecksum.sum(ByteBuffer.wrap(packet), from, Math.min(from + bytes, packet.length));
    }

    /** An ICMP message: the packet that an error quotes, and the gateway of a redirect. The checksum covers both. */
    private void icmp(int at, long pseudo, boolean v6) {
        if (at + ICMP_HEADER > packet.length) {
            return;
        }
        int type = packet[at] & 0xff;
        boolean error = v6 ? type < 128 : type == 3 || type == 4 || type == ICMP_REDIRECT || type == 11 || type == 12;
        byte[] before = Arrays.copyOfRange(packet, at, packet.length);
        if (!v6 && type == ICMP_REDIRECT) {
            address(at + 4, 4, at);
        }
        if (error) {
            ip(at + ICMP_HEADER);
        }
        long change = pseudo;
        for (int i = 0; i < before.length; i++) {
            change += changed(before[i], packet[at + i], i);
        }
        adjust(at + 2, change);
    }

    /** Replaces an address; returns by how much the sum of 16-bit words changes that are counted from {@code origin}. */
    private long address(int at, int bytes, int origin) {
        if (at + bytes > packet.length) {
            return 0;
        }
        long high = bytes == 4 ? 0 : number(at, 8);
        long low = bytes == 4 ? number(at, 4) : number(at + 8, 8);
        IpAddress real = new IpAddress(bytes == 16, high, low);
        byte[] shown = other.apply(real).toInetAddress().getAddress();
        long change = 0;
        // An IPv4-mapped address becomes one of four bytes in Java.
        int skipped = bytes - shown.length;
        for (int i = 0; i < shown.length; i++) {
            int place = at + skipped + i;
            change += changed(packet[place], shown[i], place - origin);
            packet[place] = shown[i];
        }
        return change;
    }

    private static long changed(byte before, byte now, int place) {
        long difference = (long) (now & 0xff) - (before & 0xff);
        return (place & 1) == 0 ? difference << Byte.SIZE : difference;
    }

    private long number(int at, int bytes) {
        long number = 0;
        for (int i = 0; i < bytes; i++) {
            number = (number << Byte.SIZE) | (packet[at + i] & 0xff);
        }
        return number;
    }

    private int u16(int at) {
        return (int) number(at, 2);
    }

    /** Adjusts a checksum to words whose sum changed; one that no change touches, and one that is cut off, stays. */
    private void adjust(int at, long change) {
        if (at + 2 > packet.length || Math.floorMod(change, ONES) == 0) {
            return;
        }
        int sum = (int) Math.floorMod((~u16(at) & ONES) + change, (long) ONES);
        int checksum = ~sum & ONES;
        packet[at] = (byte) (checksum >> Byte.SIZE);
        packet[at + 1] = (byte) checksum;
    }
}
