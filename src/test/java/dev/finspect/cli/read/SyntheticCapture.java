package dev.finspect.cli.read;

import dev.finspect.wire.packet.InternetChecksum;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A pcap file of as many connections as are wanted, many of them at once: each a handshake, segments of 1,448 bytes to the
 * client with an ACK for every second, and both FINs. Headers alone are in the file, as {@code tcpdump -s 66} leaves them.
 *
 * <p>To measure: {@code java -cp target/test-classes:target/classes dev.finspect.cli.read.SyntheticCapture FILE PACKETS}.
 */
public final class SyntheticCapture {
    private static final int LIVING = 500;
    private static final int DATA_SEGMENTS = 28;
    private static final int SEGMENT_BYTES = 1_448;
    /** Handshake, data, ACKs, two FINs and their ACKs. */
    static final int PACKETS_PER_CONNECTION = 3 + DATA_SEGMENTS + DATA_SEGMENTS / 2 + 4;

    static final long BYTES_PER_CONNECTION = (long) DATA_SEGMENTS * SEGMENT_BYTES;

    private static final int SYN = 2;
    private static final int ACK = 16;
    private static final int PUSH_ACK = 24;
    private static final int FIN_ACK = 17;
    private static final int FRAME_BYTES = 66;
    private static final int CLIENT_ISN = 1_000;
    private static final int SERVER_ISN = 0xffff_f000;

    private static final int RECORD_HEADER_BYTES = 16;
    private static final int ADDRESSES_AT = RECORD_HEADER_BYTES + 26;
    private static final int CHECKSUM_AT = RECORD_HEADER_BYTES + 50;
    private static final int TCP_HEADER_BYTES = 32;

    private final OutputStream out;
    private final ByteBuffer packet = ByteBuffer.allocate(RECORD_HEADER_BYTES + FRAME_BYTES);
    private long micros = 1_700_000_000_000_000L;

    private SyntheticCapture(OutputStream out) {
        this.out = out;
    }

    /** Writes one for a measurement. */
    public static void main(String... args) throws IOException {
        write(Path.of(args[0]), Integer.parseInt(args[1]) / PACKETS_PER_CONNECTION);
    }

    public static void write(Path file, int connections) throws IOException {
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 20)) {
            ByteBuffer header = ByteBuffer.allocate(24);
            header.putInt(0xa1b2c3d4).putShort((short) 2).putShort((short) 4).putLong(0);
            out.write(header.putInt(FRAME_BYTES).putInt(1).array());
            SyntheticCapture capture = new SyntheticCapture(out);
            for (int from = 0; from < connections; from += LIVING) {
                capture.batch(from, Math.min(LIVING, connections - from));
            }
        }
    }

    /** Connections that live at the same time, each a step at a time. */
    private void batch(int from, int count) throws IOException {
        for (int step = 0; step < PACKETS_PER_CONNECTION; step++) {
            for (int i = from; i < from + count; i++) {
                step(i, step);
            }
        }
    }

    private void step(int connection, int step) throws IOException {
        int data = step - 3;
        int dataSteps = DATA_SEGMENTS + DATA_SEGMENTS / 2;
        int all = SERVER_ISN + 1 + DATA_SEGMENTS * SEGMENT_BYTES;
        if (step == 0) {
            put(connection, true, SYN, CLIENT_ISN, 0, 0);
        } else if (step == 1) {
            put(connection, false, SYN | ACK, SERVER_ISN, CLIENT_ISN + 1, 0);
        } else if (step == 2) {
            put(connection, true, ACK, CLIENT_ISN + 1, SERVER_ISN + 1, 0);
        } else if (data < dataSteps) {
            int sent = data / 3 * 2 + Math.min(data % 3, 2);
            int number = SERVER_ISN + 1 + sent * SEGMENT_BYTES;
            if (data % 3 == 2) {
                put(connection, true, ACK, CLIENT_ISN + 1, number, 0);
            } else {
                put(connection, false, PUSH_ACK, number, CLIENT_ISN + 1, SEGMENT_BYTES);
            }
        } else {
            switch (data - dataSteps) {
                case 0 -> put(connection, true, FIN_ACK, CLIENT_ISN + 1, all, 0);
                case 1 -> put(connection, false, ACK, all, CLIENT_ISN + 2, 0);
                case 2 -> put(connection, false, FIN_ACK, all, CLIENT_ISN + 2, 0);
                default -> put(connection, true, ACK, CLIENT_ISN + 2, all + 1, 0);
            }
        }
    }

    /** Of a segment without payload (RFC 9293 section 3.1); the others are not there whole. */
    private short checksum() {
        packet.limit(packet.position());
        long sum = InternetChecksum.sum(packet, ADDRESSES_AT, packet.limit()) + 6 + TCP_HEADER_BYTES;
        return (short) ~InternetChecksum.fold(sum);
    }

    private void put(int connection, boolean fromClient, int flags, int number, int acknowledges, int payload)
            throws IOException {
        micros += 10;
        packet.clear();
        packet.putInt((int) (micros / 1_000_000)).putInt((int) (micros % 1_000_000));
        packet.putInt(FRAME_BYTES).putInt(FRAME_BYTES + payload);
        packet.putLong(0).putInt(0).putShort((short) 0x0800);
        packet.put((byte) 0x45).put((byte) 0).putShort((short) (52 + payload)).putInt(0);
        packet.put((byte) 64).put((byte) 6).putShort((short) 0);
        int client = 10 << 24 | connection / 50_000 + 1;
        int server = 10 << 24 | 1 << 16 | 1;
        packet.putInt(fromClient ? client : server).putInt(fromClient ? server : client);
        short port = (short) (1_024 + connection % 50_000);
        packet.putShort(fromClient ? port : 443).putShort(fromClient ? (short) 443 : port);
        packet.putInt(number)
                .putInt(acknowledges)
                .putShort((short) (8 << 12 | flags))
                .putShort((short) 501);
        packet.putInt(0).putInt(0x0101080a).putLong(0);
        if (payload == 0) {
            packet.putShort(CHECKSUM_AT, checksum());
        }
        out.write(packet.array(), 0, packet.position());
    }
}
