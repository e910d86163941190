package dev.finspect.cli.read;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.finspect.cli.Cli;
import dev.finspect.cli.process.ProcessContext;
import dev.finspect.log.RecordSchema;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** A pcap file of Ethernet frames between 10.0.0.1:40000 and 10.0.0.2:80, with VLAN tags or in fragments, without checksums. */
final class EthernetCapture {
    static final int FIN = 1;
    static final int SYN = 2;
    static final int RST = 4;
    static final int ACK = 16;

    private static final int CLIENT = 10 << 24 | 1;
    private static final int SERVER = 10 << 24 | 2;
    private static final int TCP_BYTES = 20;
    private static final int MORE = 0x2000;
    private static final int EPOCH_SECONDS = 1_700_000_000;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private int datagram;

    EthernetCapture() {
        ByteBuffer header = ByteBuffer.allocate(24);
        header.putInt(0xa1b2c3d4).putShort((short) 2).putShort((short) 4).putLong(0);
        out.writeBytes(header.putInt(0x10000).putInt(1).array());
    }

    /** What {@code finspect read} writes. */
    record Ran(String out, String err) {}

    /** Reads it as a file. */
    Ran read(String... args) {
        List<String> all = new ArrayList<>(List.of("read", "--no-checksums"));
        all.addAll(List.of(args));
        all.add("-");
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        ProcessContext context = new ProcessContext(
                new ByteArrayInputStream(out.toByteArray()),
                new PrintStream(text, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                Map.of("NO_COLOR", "1"),
                false,
                false);
        assertThat(Cli.execute(context, all.toArray(String[]::new)))
                .as(err.toString(StandardCharsets.UTF_8))
                .isZero();
        return new Ran(text.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    /** The records of it, which the schema takes. */
    List<JsonNode> records() throws IOException {
        List<JsonNode> records = new ArrayList<>();
        for (JsonNode record : new ObjectMapper().readTree(read("-o", "json").out())) {
            records.add(RecordSchema.valid(record.toString()));
        }
        return records;
    }

    /** A segment with so many bytes in the VLAN with this number; 0 for no tag. */
    EthernetCapture segment(int millis, int vlan, boolean fromClient, int flags, int number, int ack, int payload) {
        packet(millis, vlan, fromClient, 0, 0, tcp(fromClient, flags, number, ack, payload));
        return this;
    }

    /** The same in fragments of so many bytes, of which those at these places are captured, a millisecond after another. */
    EthernetCapture fragments(
            int millis, boolean fromClient, int number, int ack, int payload, int fragmentBytes, int... places) {
        byte[] whole = tcp(fromClient, ACK, number, ack, payload);
        datagram++;
        for (int i = 0; i < places.length; i++) {
            int from = places[i] * fragmentBytes;
            int to = Math.min(whole.length, from + fragmentBytes);
            byte[] part = Arrays.copyOfRange(whole, from, to);
            packet(millis + i, 0, fromClient, datagram, from / 8 | (to < whole.length ? MORE : 0), part);
        }
        return this;
    }

    private static byte[] tcp(boolean fromClient, int flags, int number, int ack, int payload) {
        ByteBuffer segment = ByteBuffer.allocate(TCP_BYTES + payload);
        segment.putShort((short) (fromClient ? 40_000 : 80)).putShort((short) (fromClient ? 80 : 40_000));
        segment.putInt(number).putInt(ack).putShort((short) (5 << 12 | flags)).putShort((short) 60_000);
        return segment.array();
    }

    private void packet(int millis, int vlan, boolean fromClient, int id, int fragment, byte[] payload) {
        ByteBuffer frame = ByteBuffer.allocate(38 + payload.length);
        frame.putLong(0).putInt(0);
        if (vlan != 0) {
            frame.putShort((short) 0x8100).putShort((short) vlan);
        }
        frame.putShort((short) 0x0800);
        frame.putShort((short) 0x4500).putShort((short) (20 + payload.length));
        frame.putShort((short) id).putShort((short) fragment).put((byte) 64).put((byte) 6);
        frame.putShort((short) 0).putInt(fromClient ? CLIENT : SERVER).putInt(fromClient ? SERVER : CLIENT);
        frame.put(payload).flip();
        ByteBuffer header = ByteBuffer.allocate(16);
        header.putInt(EPOCH_SECONDS + millis / 1000).putInt(millis % 1000 * 1000);
        out.writeBytes(header.putInt(frame.limit()).putInt(frame.limit()).array());
        out.write(frame.array(), 0, frame.limit());
    }
}
