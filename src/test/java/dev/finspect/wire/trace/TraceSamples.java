package dev.finspect.wire.trace;

import dev.finspect.wire.trace.TraceEvent.ResetSent;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;

/** Format files of several kernels, a page of Linux 6.18 on x86-64, and pages that are made for a test. */
final class TraceSamples {
    static final TracePage LAYOUT = Objects.requireNonNull(TracePage.parse(text("header_page")));

    private TraceSamples() {}

    static String text(String name) {
        try (InputStream file = Objects.requireNonNull(TraceSamples.class.getResourceAsStream(name), name)) {
            return new String(file.readAllBytes(), StandardCharsets.US_ASCII);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static EventFormat format(String name) {
        return Objects.requireNonNull(EventFormat.parse(text(name + ".format")));
    }

    /** The page that Linux 6.18 wrote while eight connections were reset and one was half-closed. */
    static ByteBuffer kept() {
        byte[] bytes = HexFormat.of().parseHex(text("page-6.18.hex").replaceAll("\\s", ""));
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** An event of this format, all zeros but its number. */
    static ByteBuffer event(EventFormat format) {
        int bytes = format.fields().values().stream()
                .mapToInt(EventFormat.Field::end)
                .max()
                .orElseThrow();
        ByteBuffer event = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
        return event.putShort(0, (short) format.id());
    }

    /** What a decoder makes of a page. */
    static List<TraceEvent> events(TraceDecoder decoder, ByteBuffer page) {
        List<TraceEvent> events = new ArrayList<>();
        long unused = LAYOUT.read(page, (bytes, offset, length, at) -> {
            TraceEvent event = decoder.decode(bytes, offset, length, at);
            if (event != null) {
                events.add(event);
            }
        });
        return events;
    }

    /** {@code TCP_ABORT_ON_CLOSE 127.0.0.1:55257 > 127.0.0.1:53136}. */
    static String shown(TraceEvent event) {
        return (event instanceof ResetSent reset ? reset.reason().name() : "CLOSE-WAIT") + " " + event.tuple();
    }
}
