package dev.finspect.relay.header;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Takes the bytes of one PROXY header from a connection and none beyond it, so that what follows stays in the kernel. Knows
 * where a header ends, and not what it says. Confined to one loop.
 *
 * <p>Source: HAProxy's description of the PROXY protocol, sections 2.1 (version 1: a line of at most 107 bytes) and 2.2
 * (version 2: 16 bytes that end with the length of the rest).
 */
public final class ProxyHeaderIntake {
    /** Of version 2, all in all: room for addresses and any sensible TLVs. */
    static final int MOST_BYTES = 4096;

    private static final byte[] V2_SIGNATURE = {13, 10, 13, 10, 0, 13, 10, 'Q', 'U', 'I', 'T', 10};
    private static final byte[] V1_SIGNATURE = {'P', 'R', 'O', 'X', 'Y', ' '};
    /** "PROXY UNKNOWN" with its line end: every header is at least as long. */
    private static final int LEAST_BYTES = 15;

    private static final int V1_MOST_BYTES = 107;
    private static final int V2_FIXED_BYTES = 16;

    private byte[] bytes = new byte[V1_MOST_BYTES];
    private int length;
    private boolean broken;

    /** How many bytes may be read next; 0 when the header is complete or is none. */
    public int wanted() {
        if (broken || complete()) {
            return 0;
        }
        if (length < LEAST_BYTES) {
            return LEAST_BYTES - length;
        }
        return bytes[0] == V1_SIGNATURE[0] ? 1 : end() - length;
    }

    /** Takes the first {@code count} bytes of the buffer, at most as many as are {@link #wanted}. */
    public void take(ByteBuffer from, int count) {
        if (count > wanted()) {
            throw new IllegalArgumentException(count + " bytes where " + wanted() + " are wanted");
        }
        if (length + count > bytes.length) {
            bytes = Arrays.copyOf(bytes, MOST_BYTES);
        }
        for (int i = 0; i < count; i++) {
            bytes[length++] = from.get(i);
        }
        broken = !begins(V1_SIGNATURE) && !begins(V2_SIGNATURE);
        if (!broken && length >= LEAST_BYTES) {
            broken = bytes[0] == V1_SIGNATURE[0] ? !complete() && length == V1_MOST_BYTES : end() > MOST_BYTES;
        }
    }

    /** Whether what came is no header, or too long for one. */
    public boolean broken() {
        return broken;
    }

    /** Whether the whole header is here. */
    boolean complete() {
        if (length < LEAST_BYTES) {
            return false;
        }
        return bytes[0] == V1_SIGNATURE[0]
                ? bytes[length - 2] == '\r' && bytes[length - 1] == '\n'
                : length >= V2_FIXED_BYTES && length == end();
    }

    /** The header; complete. */
    public byte[] header() {
        return Arrays.copyOf(bytes, length);
    }

    /** Of version 2: where the header ends, as far as that is known. */
    private int end() {
        return length < V2_FIXED_BYTES
                ? V2_FIXED_BYTES
                : V2_FIXED_BYTES + (((bytes[V2_FIXED_BYTES - 2] & 0xff) << 8) | (bytes[V2_FIXED_BYTES - 1] & 0xff));
    }

    private boolean begins(byte[] signature) {
        int both = Math.min(length, signature.length);
        return Arrays.equals(bytes, 0, both, signature, 0, both);
    }
}
