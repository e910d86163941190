package dev.finspect.relay;

import static dev.finspect.tcp.Leg.CLIENT;
import static dev.finspect.tcp.Leg.UPSTREAM;

import dev.finspect.session.SessionEvent;
import dev.finspect.session.live.LegTraffic;
import dev.finspect.tcp.Leg;
import dev.finspect.wire.tls.LastRecord;
import dev.finspect.wire.tls.TlsReader;
import dev.finspect.wire.tls.TlsStep;
import java.nio.ByteBuffer;

/**
 * Looks at the beginning of one session's bytes for a TLS handshake in clear, and makes events of what it shows. Of later reads
 * only the header of the last record is looked at, which shows how a peer ends; bytes that splice(2) moves are never seen. It
 * changes no byte: it is shown them after they were written. An error in that disturbs nothing: no more is looked at. Confined
 * to the session's loop.
 */
final class TlsObserver {
    private final SessionRecorder recorder;
    private boolean failed;
    private final Side client;
    private final Side upstream;

    TlsObserver(SessionRecorder recorder) {
        this.recorder = recorder;
        this.client = new Side(CLIENT);
        this.upstream = new Side(UPSTREAM);
    }

    /** One peer's bytes. */
    private final class Side {
        private final Leg leg;
        private final TlsReader reader;
        private long nowNanos;
        /** How many bytes had come when the latest was looked at; others came past it when there are more by now. */
        private long seenBytes;

        private LastRecord last = LastRecord.UNKNOWN;
        private boolean ended;

        Side(Leg leg) {
            this.leg = leg;
            this.reader = new TlsReader(leg == CLIENT, this::stepped);
        }

        private void stepped(TlsStep step) {
            if (step instanceof TlsStep.ServerHelloSeen hello && hello.hello().retry()) {
                client.reader.secondHelloIsDue();
            }
            recorder.record(new SessionEvent.TlsStepped(nowNanos, leg, step));
        }

        void take(ByteBuffer bytes, int from, int to, long receivedBytes, long atNanos) {
            nowNanos = atNanos;
            reader.take(bytes, from, to);
            last = LastRecord.of(bytes, from, to);
            seenBytes = receivedBytes;
        }

        void ended(long receivedBytes, long atNanos) {
            if (!ended) {
                ended = true;
                LastRecord seen = receivedBytes == seenBytes && receivedBytes > 0 ? last : LastRecord.UNKNOWN;
                recorder.record(new SessionEvent.TlsStepped(atNanos, leg, new TlsStep.LastBytesSeen(seen)));
            }
        }
    }

    /** The session's bytes will be looked at. */
    void begin(long atNanos) {
        recorder.record(new SessionEvent.TlsStepped(atNanos, CLIENT, new TlsStep.ObservationBegun()));
    }

    /** Whether it still looks: not after an error. */
    boolean looks() {
        return !failed;
    }

    /** One read of this leg's peer, which {@code traffic} counts already. */
    void take(Leg leg, ByteBuffer bytes, int from, int to, LegTraffic traffic) {
        try {
            side(leg).take(bytes, from, to, traffic.bytesReceived, traffic.lastReceivedAtNanos);
        } catch (RuntimeException | LinkageError e) {
            failed = true;
            recorder.failed("look at a TLS handshake", e);
        }
    }

    /** This leg's peer will send no more. */
    void ended(Leg leg, LegTraffic traffic, long atNanos) {
        if (looks()) {
            side(leg).ended(traffic.bytesReceived, atNanos);
        }
    }

    private Side side(Leg leg) {
        return leg == CLIENT ? client : upstream;
    }
}
