package dev.finspect.wire.filter;

import java.util.function.IntUnaryOperator;

/** Runs a classic BPF program as the kernel would (Documentation/networking/filter.rst), for a packet of SOCK_DGRAM. */
final class FilterInterpreter {
    private FilterInterpreter() {}

    /** Number of bytes of the packet that the program keeps; 0 after a load beyond its end. */
    static int run(FilterProgram program, byte[] packet, int protocol, int packetType, int hardwareType) {
        long[] code = program.instructions();
        int[] memory = new int[16];
        int a = 0;
        int x = 0;
        for (int at = 0; ; at++) {
            int k = (int) code[at];
            int operation = (int) (code[at] >>> 48);
            int ifTrue = (int) (code[at] >>> 40) & 0xff;
            int ifFalse = (int) (code[at] >>> 32) & 0xff;
            switch (operation) {
                case 0x20, 0x28, 0x30 -> {
                    long loaded = k < 0
                            ? extension(k, protocol, packetType, hardwareType)
                            : load(packet, k, operation == 0x20 ? 4 : operation == 0x28 ? 2 : 1);
                    if (loaded < 0) {
                        return 0;
                    }
                    a = (int) loaded;
                }
                case 0x48, 0x50 -> {
                    long loaded = load(packet, x + k, operation == 0x48 ? 2 : 1);
                    if (loaded < 0) {
                        return 0;
                    }
                    a = (int) loaded;
                }
                case 0xb1 -> {
                    long loaded = load(packet, k, 1);
                    if (loaded < 0) {
                        return 0;
                    }
                    x = ((int) loaded & 0xf) * 4;
                }
                case 0x00 -> a = k;
                case 0x01 -> x = k;
                case 0x60 -> a = memory[k];
                case 0x61 -> x = memory[k];
                case 0x02 -> memory[k] = a;
                case 0x04 -> a += k;
                case 0x0c -> a += x;
                case 0x54 -> a &= k;
                case 0x64 -> a <<= k;
                case 0x74 -> a >>>= k;
                case 0x07 -> x = a;
                case 0x05 -> at += k;
                case 0x15 -> at += a == k ? ifTrue : ifFalse;
                case 0x1d -> at += a == x ? ifTrue : ifFalse;
                case 0x25 -> at += Integer.compareUnsigned(a, k) > 0 ? ifTrue : ifFalse;
                case 0x35 -> at += Integer.compareUnsigned(a, k) >= 0 ? ifTrue : ifFalse;
                case 0x45 -> at += (a & k) != 0 ? ifTrue : ifFalse;
                case 0x06 -> {
                    return Math.min(packet.length, k);
                }
                case 0x16 -> {
                    return Math.min(packet.length, a);
                }
                default -> throw new AssertionError("no such operation: " + Integer.toHexString(operation));
            }
        }
    }

    private static long load(byte[] packet, int offset, int bytes) {
        if (offset < 0 || offset + bytes > packet.length) {
            return -1;
        }
        IntUnaryOperator at = i -> packet[offset + i] & 0xff;
        long value = 0;
        for (int i = 0; i < bytes; i++) {
            value = (value << 8) | at.applyAsInt(i);
        }
        return value;
    }

    private static int extension(int k, int protocol, int packetType, int hardwareType) {
        return switch (k + 0x1000) {
            case 0 -> protocol;
            case 4 -> packetType;
            case 28 -> hardwareType;
            default -> throw new AssertionError("no such extension: " + k);
        };
    }
}
