package dev.finspect.session.transcript;

import com.fasterxml.jackson.databind.JsonNode;
import dev.finspect.diagnose.Thresholds;
import dev.finspect.log.json.JsonRecordEncoder;
import dev.finspect.record.CaptureMode;
import dev.finspect.record.PeerSocket;
import dev.finspect.session.SegmentBatch;
import dev.finspect.session.SessionEvent;
import dev.finspect.session.SessionIdentity;
import dev.finspect.session.SessionRecord;
import dev.finspect.session.SessionSink;
import dev.finspect.session.join.CaptureJoin;
import dev.finspect.session.join.CapturedRoute;
import dev.finspect.session.watch.DiagnosisSettings;
import dev.finspect.session.watch.PeerSockets;
import dev.finspect.session.watch.RouteDiagnosis;
import dev.finspect.session.watch.WatchedSession;
import dev.finspect.tcp.Leg;
import dev.finspect.wire.IcmpError;
import dev.finspect.wire.TcpSegment;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Plays a transcript: the session, the capture and the answers about peers' sockets on one thread, at the times of the file. */
final class TranscriptPlayer implements SessionSink {
    static final long START_EPOCH_NANOS = 1_767_225_600_000_000_000L;
    private static final long START_NANOS = 0;
    private static final int MOST_SESSIONS = 1_000;
    private static final long KEPT_BYTES = 1 << 20;

    private final TranscriptValues values = new TranscriptValues(START_EPOCH_NANOS);
    private final JsonRecordEncoder encoder = new JsonRecordEncoder();
    private final List<String> records = new ArrayList<>();
    private final Map<InetSocketAddress, Queue<Consumer<PeerSocket>>> asked = new HashMap<>();
    private final @Nullable CaptureJoin join;
    private final @Nullable RouteDiagnosis route;
    private final WatchedSession session;
    private long nowNanos;

    TranscriptPlayer(Transcript transcript) {
        JsonNode head = transcript.head("session");
        String name = head.get("route").textValue();
        join = join(transcript.head("capture"), name, TranscriptValues.address(head.get("listener")));
        route = RouteDiagnosis.of(
                new DiagnosisSettings(true, thresholds(transcript.head("thresholds, seconds"))),
                sockets(transcript.head("peers' sockets").textValue()));
        SessionIdentity identity = new SessionIdentity(
                "S1",
                name,
                TranscriptValues.address(head.get("listener")),
                TranscriptValues.address(head.get("client")),
                TranscriptValues.address(head.get("accepted")),
                head.has("original") ? TranscriptValues.address(head.get("original")) : null,
                START_EPOCH_NANOS,
                START_NANOS);
        session = new WatchedSession(identity, join == null ? this : join, route);
        transcript.inputs().forEach(this::play);
    }

    /** What came of it, as JSON. */
    List<String> records() {
        return records;
    }

    private static Thresholds thresholds(JsonNode seconds) {
        return (Thresholds) TranscriptValues.durations(Thresholds.class, seconds);
    }

    private PeerSockets sockets(String how) {
        return switch (how) {
            case "answered" -> this::ask;
            case "refused" -> (peer, local, answer) -> false;
            default -> PeerSockets.NONE;
        };
    }

    private @Nullable CaptureJoin join(JsonNode capture, String route, InetSocketAddress listener) {
        if (capture.isMissingNode()) {
            return null;
        }
        CaptureMode mode = CaptureMode.valueOf(capture.get("mode").textValue());
        CaptureJoin made = new CaptureJoin(Map.of(route, mode), KEPT_BYTES, MOST_SESSIONS, MOST_SESSIONS, this, 0);
        made.begin(
                List.of(new CapturedRoute(route, mode, List.of(listener))),
                START_EPOCH_NANOS + capture.get("beganAtNanos").longValue());
        return made;
    }

    private void play(JsonNode input) {
        String kind = input.fieldNames().next();
        long number = input.get(kind).asLong();
        switch (kind) {
            case "event" -> session.happened((SessionEvent) values.event(input));
            case "received" -> session.traffic(leg(input)).received(number, at(input));
            case "sent" -> session.traffic(leg(input)).sent(number, at(input));
            case "held" -> session.traffic(leg(input)).held(number);
            case "undelivered" -> session.traffic(leg(input)).undeliveredBytes = number;
            case "examine" -> {
                nowNanos = START_NANOS + number;
                session.examine(nowNanos, rest -> rest.accept(nowNanos));
            }
            case "answer" -> {
                nowNanos = at(input);
                answers(input).accept((PeerSocket) values.record(PeerSocket.class, input.get("answer")));
            }
            case "closePolicy" -> route().closePolicy(input.get("closePolicy").textValue());
            case "draining" -> route().draining(START_EPOCH_NANOS + number);
            case "segments" -> capture().segments(batch(input.get("segments")));
            case "icmp" ->
                capture().icmpError((IcmpError) values.record(IcmpError.class, input.get("icmp")), new byte[0]);
            case "dropped" -> capture().dropped(number, epoch(input, "fromNanos"), epoch(input, "toNanos"));
            case "caughtUp" -> {
                long unused = capture().caughtUp(epoch(input, "epochNanos"), START_NANOS + number);
            }
            case "captureEnded" -> capture().ended(input.get("captureEnded").textValue());
            default -> throw new IllegalArgumentException("an input of no known kind: " + input);
        }
    }

    private SegmentBatch batch(JsonNode lines) {
        List<TcpSegment> all = new ArrayList<>();
        lines.forEach(line -> all.add(SegmentText.segment(line.textValue(), START_EPOCH_NANOS)));
        return new SegmentBatch(all.toArray(TcpSegment[]::new), new byte[0], new int[all.size()]);
    }

    private boolean ask(InetSocketAddress peer, InetSocketAddress local, Consumer<PeerSocket> answer) {
        return asked.computeIfAbsent(peer, unused -> new ArrayDeque<>()).add(answer);
    }

    /** Who waits for this answer. */
    private Consumer<PeerSocket> answers(JsonNode input) {
        InetSocketAddress peer = TranscriptValues.address(input.get("peer"));
        Queue<Consumer<PeerSocket>> waiting = asked.get(peer);
        if (waiting == null || waiting.isEmpty()) {
            throw new AssertionError("nobody asks about " + peer + " any more, though this was answered: " + input);
        }
        return waiting.remove();
    }

    private CaptureJoin capture() {
        if (join == null) {
            throw new IllegalArgumentException("segments without a capture");
        }
        return join;
    }

    private RouteDiagnosis route() {
        if (route == null) {
            throw new IllegalArgumentException("not diagnosed");
        }
        return route;
    }

    private static Leg leg(JsonNode input) {
        return Leg.valueOf(input.get("leg").textValue());
    }

    private static long at(JsonNode input) {
        return START_NANOS + input.get("atNanos").longValue();
    }

    private static long epoch(JsonNode input, String name) {
        return START_EPOCH_NANOS + input.get(name).longValue();
    }

    @Override
    public void progressed(SessionRecord record) {
        records.add(new String(encoder.encode(record), StandardCharsets.UTF_8));
    }

    @Override
    public void closed(SessionRecord record) {
        progressed(record);
    }
}
