package dev.finspect.wire.capture;

import dev.finspect.wire.TcpSegment.Direction;
import dev.finspect.wire.packet.Frame;
import dev.finspect.wire.packet.LinkType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** Handmade capture files, and what the reader reads from them. */
final class SampleCaptures {
    private SampleCaptures() {}

    /** A frame with its bytes copied. */
    record Kept(
            LinkType linkType,
            long atNanos,
            int interfaceId,
            Direction direction,
            int originalBytes,
            String hex,
            List<String> comments) {
        static Kept of(Frame frame) {
            byte[] copy = new byte[frame.bytes().remaining()];
            frame.bytes().get(frame.bytes().position(), copy);
            return new Kept(
                    frame.linkType(),
                    frame.atNanos(),
                    frame.interfaceId(),
                    frame.direction(),
                    frame.originalBytes(),
                    HexFormat.of().formatHex(copy),
                    frame.comments());
        }
    }

    /** Everything that can be read. */
    record Contents(List<Kept> frames, CaptureEnd end, CaptureReader reader) {}

    static Contents read(ByteSource source) {
        CaptureReader reader = new CaptureReader(source);
        List<Kept> frames = new ArrayList<>();
        while (reader.advance()) {
            frames.add(Kept.of(reader.frame()));
        }
        return new Contents(frames, reader.end(), reader);
    }

    static Contents read(String hex) {
        return read(bytes(hex));
    }

    static Contents read(byte[] bytes) {
        return read(ByteSource.of(ByteBuffer.wrap(bytes)));
    }

    static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }

    /** One byte at a time, as from a slow stream. */
    static ByteSource dribble(byte[] bytes) {
        ByteSource all = ByteSource.of(ByteBuffer.wrap(bytes));
        return into -> {
            int limit = into.limit();
            into.limit(into.position() + 1);
            int count = all.fill(into);
            into.limit(limit);
            return count;
        };
    }

    /** A pcapng block: a padded body with the length at both ends. */
    static byte[] block(ByteOrder order, int type, ByteBuffer body) {
        int length = BlockType.padded(body.remaining()) + 12;
        return ByteBuffer.allocate(length)
                .order(order)
                .putInt(type)
                .putInt(length)
                .put(body)
                .putInt(length - 4, length)
                .array();
    }

    static byte[] section(ByteOrder order) {
        return block(
                order,
                BlockType.SECTION,
                body(order)
                        .putInt(BlockType.BYTE_ORDER_MARK)
                        .putShort((short) 1)
                        .putShort((short) 0)
                        .putLong(-1)
                        .flip());
    }

    /** An Ethernet interface with these options, in hexadecimal. */
    static byte[] ethernet(ByteOrder order, int snapBytes, String options) {
        return block(
                order,
                BlockType.INTERFACE,
                body(order)
                        .putShort((short) 1)
                        .putShort((short) 0)
                        .putInt(snapBytes)
                        .put(bytes(options))
                        .flip());
    }

    /** An enhanced packet of three bytes. */
    static byte[] packet(ByteOrder order, int interfaceId, long units, String options) {
        ByteBuffer body =
                body(order).putInt(interfaceId).putInt((int) (units >>> 32)).putInt((int) units);
        body.putInt(3).putInt(1000).put(bytes("aabbcc00")).put(bytes(options));
        return block(order, BlockType.ENHANCED_PACKET, body.flip());
    }

    static ByteBuffer body(ByteOrder order) {
        return ByteBuffer.allocate(4096).order(order);
    }

    static byte[] concat(byte[]... parts) {
        ByteBuffer all = ByteBuffer.allocate(1 << 20);
        for (byte[] part : parts) {
            all.put(part);
        }
        byte[] bytes = new byte[all.position()];
        all.get(0, bytes);
        return bytes;
    }
}
