package dev.finspect.wire;

import java.nio.ByteBuffer;

/**
 * Decodes the options of TCP headers (RFC 9293 section 3.1, RFC 7323, RFC 2018, RFC 7413, RFC 8684). Like kernels, it stops at
 * the first option with an impossible length and keeps those before it. A known option of a wrong length is skipped; if an
 * option occurs twice, the last one is used, as in Linux. Never throws. Not thread-safe.
 */
public final class TcpOptionsDecoder {
    private static final int END = 0;
    private static final int NO_OPERATION = 1;
    private static final int MSS = 2;
    private static final int WINDOW_SCALE = 3;
    private static final int SACK_PERMITTED = 4;
    private static final int SACK = 5;
    private static final int TIMESTAMPS = 8;
    private static final int MULTIPATH = 30;
    private static final int FAST_OPEN = 34;
    private static final int EXPERIMENTAL = 254;
    private static final int EXPERIMENTAL_FAST_OPEN = 0xf989;

    private static final int SACK_BLOCK_BYTES = 8;

    private int mssBytes;
    private int windowScale;
    private boolean sackPermitted;
    private boolean timestamps;
    private int timestampValue;
    private int timestampEcho;
    private TcpOptions.Sack sack = TcpOptions.Sack.NONE;
    private boolean fastOpen;
    private boolean multipath;
    private boolean malformed;

    /**
     * Decodes the options between two indices of a big-endian buffer, regardless of its position.
     *
     * @param from the first byte after the fixed header
     * @param headerEnd the first byte after the header
     * @param capturedEnd the first byte that must not be read, before or after {@code headerEnd}
     */
    public TcpOptions decode(ByteBuffer packet, int from, int headerEnd, int capturedEnd) {
        if (from == headerEnd) {
            return TcpOptions.NONE;
        }
        clear();
        read(packet, from, headerEnd, Math.min(headerEnd, capturedEnd));
        return new TcpOptions(
                mssBytes,
                windowScale,
                sackPermitted,
                timestamps,
                timestampValue,
                timestampEcho,
                sack,
                fastOpen,
                multipath,
                malformed);
    }

    private void clear() {
        mssBytes = TcpOptions.ABSENT;
        windowScale = TcpOptions.ABSENT;
        sackPermitted = false;
        timestamps = false;
        timestampValue = 0;
        timestampEcho = 0;
        sack = TcpOptions.Sack.NONE;
        fastOpen = false;
        multipath = false;
        malformed = false;
    }

    private void read(ByteBuffer packet, int from, int headerEnd, int end) {
        int at = from;
        while (at < end) {
            int kind = packet.get(at) & 0xff;
            if (kind == END) {
                return;
            }
            if (kind == NO_OPERATION) {
                at++;
                continue;
            }
            int length = at + 1 < end ? packet.get(at + 1) & 0xff : 0;
            if (length < 2 || length > end - at) {
                malformed = true;
                return;
            }
            option(packet, kind, length, at + 2);
            at += length;
        }
        malformed = end < headerEnd;
    }

    private void option(ByteBuffer packet, int kind, int length, int at) {
        switch (kind) {
            case TIMESTAMPS -> {
                if (length == 10) {
                    timestamps = true;
                    timestampValue = packet.getInt(at);
                    timestampEcho = packet.getInt(at + 4);
                }
            }
            case SACK -> sack = sack(packet, (length - 2) / SACK_BLOCK_BYTES, at);
            case MSS -> mssBytes = length == 4 ? packet.getShort(at) & 0xffff : mssBytes;
            case WINDOW_SCALE -> windowScale = length == 3 ? packet.get(at) & 0xff : windowScale;
            case SACK_PERMITTED -> sackPermitted |= length == 2;
            case FAST_OPEN -> fastOpen = true;
            case EXPERIMENTAL -> fastOpen |= length >= 4 && (packet.getShort(at) & 0xffff) == EXPERIMENTAL_FAST_OPEN;
            case MULTIPATH -> multipath = true;
            default -> {
                // Not used, or unknown.
            }
        }
    }

    private static TcpOptions.Sack sack(ByteBuffer packet, int blocks, int at) {
        int longest = 0;
        int to = 0;
        for (int i = 0; i < blocks; i++) {
            int left = packet.getInt(at + i * SACK_BLOCK_BYTES);
            int right = packet.getInt(at + i * SACK_BLOCK_BYTES + SACK_BLOCK_BYTES / 2);
            longest = Math.max(longest, right - left);
            to = i == 0 || right - to > 0 ? right : to;
        }
        return blocks == 0 ? TcpOptions.Sack.NONE : new TcpOptions.Sack(blocks, longest, to);
    }
}
