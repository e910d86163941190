package dev.finspect.wire.filter;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * A complete classic BPF program (bpf(4), linux/filter.h): every jump stays within it.
 *
 * @param instructions each packed: the code in bits 48 to 63, {@code jt} in 40 to 47, {@code jf} in 32 to 39, and
 *     {@code k} in the lower 32
 */
@SuppressWarnings("ArrayRecordComponent") // programs are never compared
public record FilterProgram(long[] instructions) {
    /** BPF_MAXINSNS: the longest program that the kernel accepts. */
    public static final int MAX_INSTRUCTIONS = 4096;
    /** sizeof(struct sock_filter). */
    public static final int INSTRUCTION_BYTES = 8;

    static final int CODE_SHIFT = 48;
    static final int JT_SHIFT = 40;
    static final int JF_SHIFT = 32;

    /** Copies the instructions. */
    public FilterProgram {
        instructions = instructions.clone();
    }

    /** Number of instructions. */
    public int length() {
        return instructions.length;
    }

    /** Writes it as an array of {@code struct sock_filter} in the buffer's byte order, which must be the kernel's. */
    public void writeTo(ByteBuffer buffer) {
        for (long instruction : instructions) {
            buffer.putShort((short) (instruction >>> CODE_SHIFT));
            buffer.put((byte) (instruction >>> JT_SHIFT));
            buffer.put((byte) (instruction >>> JF_SHIFT));
            buffer.putInt((int) instruction);
        }
    }

    @Override
    public String toString() {
        return "FilterProgram" + Arrays.toString(instructions);
    }
}
