package dev.finspect.admin.feed;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;

/** Writes the messages of the live stream: server-sent events with one JSON object each. */
final class FeedText {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSSSSS'Z'").withZone(ZoneOffset.UTC);

    private FeedText() {}

    /** A time as records have it. */
    static String time(Instant at) {
        return TIME.format(at);
    }

    /** A message whose data begins with the time; {@code rest} are further members, each after a comma. */
    static byte[] event(String name, Instant at, String rest) {
        return bytes("event: " + name + "\ndata: {\"time\":\"" + time(at) + "\"" + rest + "}\n\n");
    }

    /** A message with the id by which a reader resumes; an empty id forgets the one before. */
    static byte[] withId(String id, byte[] message) {
        byte[] line = bytes(id.isEmpty() ? "id\n" : "id: " + id + "\n");
        byte[] all = new byte[line.length + message.length];
        System.arraycopy(line, 0, all, 0, line.length);
        System.arraycopy(message, 0, all, line.length, message.length);
        return all;
    }

    /** A message of sessions. */
    static byte[] sessions(Instant at, List<byte[]> rows, List<String> gone, long omitted) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(256 + 1024 * rows.size());
        out.writeBytes(bytes("event: sessions\ndata: {\"time\":\"" + time(at) + "\",\"rows\":["));
        for (int i = 0; i < rows.size(); i++) {
            if (i > 0) {
                out.write(',');
            }
            out.writeBytes(rows.get(i));
        }
        StringBuilder end = new StringBuilder("],\"gone\":[");
        for (int i = 0; i < gone.size(); i++) {
            end.append(i > 0 ? "," : "").append('"').append(gone.get(i)).append('"');
        }
        out.writeBytes(bytes(
                end.append("],\"omitted\":").append(omitted).append("}\n\n").toString()));
        return out.toByteArray();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
