package dev.finspect.session.passive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.diagnose.Thresholds;
import dev.finspect.fixture.WirePlay;
import dev.finspect.record.PeerSocket;
import dev.finspect.session.EndedSession;
import dev.finspect.session.OmittedLines;
import dev.finspect.session.SegmentBatch;
import dev.finspect.session.SessionCaptures;
import dev.finspect.session.SessionEvent;
import dev.finspect.session.SessionIdentity;
import dev.finspect.session.SessionRecord;
import dev.finspect.session.SessionSink;
import dev.finspect.session.kept.CaptureExport;
import dev.finspect.session.watch.DiagnosisSettings;
import dev.finspect.session.watch.PeerSockets;
import dev.finspect.session.watch.RouteDiagnosis;
import dev.finspect.tcp.FourTuple;
import dev.finspect.wire.TcpSegment;
import dev.finspect.wire.capture.ByteSource;
import dev.finspect.wire.capture.CaptureReader;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** A watch whose segments and time the test plays, and what it reports. */
final class PassiveScene implements SessionSink, PeerSockets {
    static final long SECOND = 1_000_000_000L;
    static final long KEPT_BYTES = 1 << 20;

    final List<SessionIdentity> opened = new ArrayList<>();
    final List<SessionEvent> events = new ArrayList<>();
    final List<SessionRecord> lines = new ArrayList<>();
    final List<SessionRecord> closed = new ArrayList<>();
    final List<SessionRecord> merged = new ArrayList<>();
    final List<EndedSession> over = new ArrayList<>();
    final List<OmittedLines> omitted = new ArrayList<>();
    final List<Question> questions = new ArrayList<>();
    boolean takesQuestions;
    final PassiveConnections connections;
    long nowNanos = WirePlay.START;

    /** A question about the socket of an address. */
    record Question(InetSocketAddress peer, InetSocketAddress local, Consumer<PeerSocket> answer) {}

    PassiveScene() {
        this(
                new DiagnosisSettings(true, Thresholds.STANDARD.after(Duration.ofSeconds(2))),
                100,
                tuple -> true,
                Duration.ZERO);
    }

    PassiveScene(DiagnosisSettings diagnosis, int most, Predicate<FourTuple> wanted, Duration progress) {
        connections = new PassiveConnections(
                new PassiveSettings(
                        "watch",
                        RouteDiagnosis.of(diagnosis, this),
                        most,
                        wanted,
                        progress,
                        KEPT_BYTES,
                        WirePlay.START,
                        7),
                this);
    }

    /** All segments of these plays, in the order of their times. */
    PassiveScene play(WirePlay... plays) {
        return segments(WirePlay.merged(List.of(plays)));
    }

    PassiveScene segments(List<TcpSegment> segments) {
        int[] ends = new int[segments.size()];
        connections.segments(new SegmentBatch(segments.toArray(TcpSegment[]::new), new byte[0], ends));
        nowNanos = Math.max(nowNanos, segments.get(segments.size() - 1).atNanos());
        return this;
    }

    /** Nothing comes for so long; it is looked at four times a second. */
    PassiveScene rest(Duration time) {
        long until = nowNanos + time.toNanos();
        while (nowNanos < until) {
            nowNanos = Math.min(until, nowNanos + SECOND / 4);
            connections.caughtUp(nowNanos, 0);
        }
        return this;
    }

    PassiveScene end() {
        connections.ended(null);
        return this;
    }

    <E extends SessionEvent> List<E> events(Class<E> kind) {
        return events.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    /** From whom to whom each connection goes in the file of this session. */
    List<String> interfaces(SessionRecord record) {
        byte[] file = new CaptureExport("x")
                .pcapng(connections.kept(record.identity().id()), record)
                .orElseThrow();
        CaptureReader reader = new CaptureReader(ByteSource.of(ByteBuffer.wrap(file)));
        while (reader.advance()) {
            assertThat(reader.frame().atNanos()).isPositive();
        }
        return reader.interfaces().stream()
                .map(each -> String.valueOf(each.description()))
                .toList();
    }

    /** The questions about the socket at this port, answered with this. */
    void answer(int port, PeerSocket socket) {
        for (Question each : List.copyOf(questions)) {
            if (each.peer().getPort() == port) {
                questions.remove(each);
                each.answer().accept(socket);
            }
        }
    }

    @Override
    public boolean ask(InetSocketAddress peer, InetSocketAddress local, Consumer<PeerSocket> answer) {
        if (takesQuestions) {
            questions.add(new Question(peer, local, answer));
        }
        return takesQuestions;
    }

    @Override
    public void opened(SessionIdentity identity, SessionCaptures captures) {
        opened.add(identity);
    }

    @Override
    public void happened(SessionIdentity identity, SessionEvent event) {
        events.add(event);
    }

    @Override
    public void progressed(SessionRecord record) {
        lines.add(record);
    }

    @Override
    public void merged(SessionRecord record) {
        merged.add(record);
    }

    @Override
    public void omitted(OmittedLines some) {
        omitted.add(some);
    }

    @Override
    public void over(EndedSession session) {
        over.add(session);
    }

    @Override
    public void closed(SessionRecord record) {
        closed.add(record);
    }
}
