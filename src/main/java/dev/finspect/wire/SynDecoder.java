package dev.finspect.wire;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/** Reads one IP packet into a {@link SynSegment} (RFC 791, RFC 8200 section 4, RFC 9293 section 3.1). */
final class SynDecoder {
    private static final int PROTOCOL_TCP = 6;
    private static final int NONE = -1;

    private static final int FLAG_SYN = 0x02;
    private static final int FLAG_ACK = 0x10;

    private static final int OPTION_END = 0;
    private static final int OPTION_NO_OPERATION = 1;
    private static final int OPTION_MSS = 2;
    private static final int OPTION_WINDOW_SCALE = 3;
    private static final int OPTION_SACK_PERMITTED = 4;
    private static final int OPTION_TIMESTAMPS = 8;

    /** From the first byte of the packet to the limit, big-endian. */
    private final ByteBuffer packet;

    private @Nullable Integer mssBytes;
    private @Nullable Integer windowScale;
    private boolean sackPermitted;
    private @Nullable Long timestampValue;

    private SynDecoder(ByteBuffer ipPacket) {
        packet = ipPacket.slice().order(ByteOrder.BIG_ENDIAN);
    }

    static @Nullable SynSegment decode(ByteBuffer ipPacket) {
        SynDecoder decoder = new SynDecoder(ipPacket);
        if (!decoder.has(0, 1)) {
            return null;
        }
        return switch (decoder.u8(0) >> 4) {
            case 4 -> decoder.version4();
            case 6 -> decoder.version6();
            default -> null;
        };
    }

    private @Nullable SynSegment version4() {
        if (!has(0, 20)) {
            return null;
        }
        int headerBytes = (u8(0) & 0xf) * 4;
        boolean laterFragment = (u16(6) & 0x1fff) != 0;
        if (headerBytes < 20 || laterFragment || u8(9) != PROTOCOL_TCP) {
            return null;
        }
        return tcp(headerBytes, u8(8));
    }

    private @Nullable SynSegment version6() {
        if (!has(0, 40)) {
            return null;
        }
        int next = u8(6);
        int at = 40;
        while (next != PROTOCOL_TCP) {
            int extensionBytes = has(at, 8) ? extensionBytes(next, at) : NONE;
            if (extensionBytes == NONE) {
                return null;
            }
            next = u8(at);
            at += extensionBytes;
        }
        return tcp(at, u8(7));
    }

    /** Length of the extension header of this kind, or NONE where TCP cannot follow. */
    private int extensionBytes(int kind, int at) {
        return switch (kind) {
            // Hop-by-hop, routing, destination options, mobility, HIP, shim6: in units of 8, the first not counted.
            case 0, 43, 60, 135, 139, 140 -> (u8(at + 1) + 1) * 8;
            // A fragment: only the first has the TCP header.
            case 44 -> (u16(at + 2) & 0xfff8) == 0 ? 8 : NONE;
            // Authentication (RFC 4302): in units of 4, two not counted.
            case 51 -> (u8(at + 1) + 2) * 4;
            default -> NONE;
        };
    }

    private @Nullable SynSegment tcp(int at, int ttl) {
        if (!has(at, 20)) {
            return null;
        }
        int headerBytes = (u8(at + 12) >> 4) * 4;
        boolean syn = (u8(at + 13) & (FLAG_SYN | FLAG_ACK)) == FLAG_SYN;
        if (headerBytes < 20 || !syn || !has(at, headerBytes)) {
            return null;
        }
        options(at + 20, at + headerBytes);
        return new SynSegment(u32(at + 4), u16(at + 14), ttl, mssBytes, windowScale, sackPermitted, timestampValue);
    }

    /** Stops, as kernels do, at the first option that is malformed; what came before it holds. */
    private void options(int from, int end) {
        int at = from;
        while (at < end && u8(at) != OPTION_END) {
            if (u8(at) == OPTION_NO_OPERATION) {
                at++;
                continue;
            }
            int length = at + 1 < end ? u8(at + 1) : 0;
            if (length < 2 || at + length > end) {
                return;
            }
            option(u8(at), length, at + 2);
            at += length;
        }
    }

    private void option(int kind, int length, int at) {
        if (kind == OPTION_MSS && length == 4) {
            mssBytes = u16(at);
        } else if (kind == OPTION_WINDOW_SCALE && length == 3) {
            windowScale = u8(at);
        } else if (kind == OPTION_SACK_PERMITTED && length == 2) {
            sackPermitted = true;
        } else if (kind == OPTION_TIMESTAMPS && length == 10) {
            timestampValue = u32(at);
        }
    }

    private boolean has(int at, int bytes) {
        return at + bytes <= packet.limit();
    }

    private int u8(int at) {
        return packet.get(at) & 0xff;
    }

    private int u16(int at) {
        return packet.getShort(at) & 0xffff;
    }

    private long u32(int at) {
        return packet.getInt(at) & 0xffffffffL;
    }
}
