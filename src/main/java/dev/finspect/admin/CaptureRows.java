package dev.finspect.admin;

import dev.finspect.admin.upload.CaptureReading;
import dev.finspect.session.SessionRecord;
import dev.finspect.session.feed.LiveRow;
import dev.finspect.session.feed.LiveRowEncoder;
import dev.finspect.tcp.IpText;
import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The connections of a capture file, a row each. What has a verdict has a place of its own, so that many others do not crowd it out. */
final class CaptureRows {
    /** Rows with a verdict at most, and as many without. */
    static final int MOST = 1_000;

    private final LiveRowEncoder encoder;
    private final List<byte[]> found = new ArrayList<>();
    private final List<byte[]> others = new ArrayList<>();
    private long omitted;
    private long lastEpochNanos;

    CaptureRows(LiveRowEncoder encoder) {
        this.encoder = encoder;
    }

    void add(SessionRecord record) {
        LiveRow row = LiveRow.of(record, Set.of());
        lastEpochNanos = Math.max(lastEpochNanos, record.identity().startEpochNanos() + record.durationNanos());
        List<byte[]> kind = row.verdict() == null ? others : found;
        if (kind.size() < MOST) {
            kind.add(item(record, encoder.encode(row)));
        } else {
            omitted++;
        }
    }

    /** The other end of one connection is no leg of its own, so that a row does not have it. */
    private static byte[] item(SessionRecord record, byte[] row) {
        InetSocketAddress responder = record.single() ? record.client().local() : null;
        ByteArrayOutputStream item = new ByteArrayOutputStream(row.length + 64);
        item.writeBytes(bytes("{\"row\":"));
        item.writeBytes(row);
        item.writeBytes(bytes(responder == null ? "}" : ",\"responder\":\"" + IpText.endpoint(responder) + "\"}"));
        return item.toByteArray();
    }

    /** {@code {"rows":[{"row":...,"responder":...}],"omitted":N,"ended_at":...,"counts":...,"trouble":...}}: {@code ended_at} is the last moment of any. */
    AdminResponse answer(CaptureReading.Summary summary) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.writeBytes(bytes("{\"rows\":["));
        boolean first = true;
        for (List<byte[]> kind : List.of(found, others)) {
            for (byte[] row : kind) {
                if (!first) {
                    body.write(',');
                }
                first = false;
                body.writeBytes(row);
            }
        }
        body.writeBytes(bytes("]"));
        AdminResponse rest = AdminResponse.json(json -> {
            json.writeStartObject();
            json.writeNumberField("omitted", omitted);
            json.writeStringField(
                    "ended_at",
                    lastEpochNanos == 0
                            ? null
                            : Instant.ofEpochSecond(0, lastEpochNanos).toString());
            json.writeStringField("counts", summary.counts());
            json.writeStringField("trouble", summary.trouble());
            json.writeEndObject();
        });
        body.write(',');
        body.write(rest.body(), 1, rest.body().length - 1);
        return AdminResponse.json(body.toByteArray());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
