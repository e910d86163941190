package dev.finspect.log.text;

import dev.finspect.lifecycle.FlowEndReason;
import dev.finspect.log.line.Rfc3339;
import dev.finspect.log.line.Unicode;
import dev.finspect.record.CloseAct;
import dev.finspect.record.LegRecord;
import dev.finspect.record.LegWire;
import dev.finspect.session.RecordEvent;
import dev.finspect.session.SessionIdentity;
import dev.finspect.session.SessionRecord;
import dev.finspect.tcp.HumanUnits;
import dev.finspect.tcp.IpText;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A table of the connections of a capture file, a line for each: start, id, duration, endpoints, Zeek's conn_state and history, the first
 * close, bytes, round-trip time, and anomalies. {@code ?} means not known. Confined to one thread.
 */
public final class ConnectionTable extends AlignedLine {

    private final byte[] time = new byte[Rfc3339.LENGTH];

    /** With or without terminal colours. */
    public ConnectionTable(boolean colour) {
        super(colour);
    }

    /** The line with the column names. */
    public String header() {
        line.setLength(0);
        left("STARTED (UTC)", 24, DIM);
        left("ID", SessionIdentity.SHORT_ID_LENGTH_OF_FILE, DIM);
        right("LASTED", 8, DIM);
        left("CLIENT", 21, DIM);
        line.append("   ");
        left("SERVER", 21, DIM);
        left("STATE", 9, DIM);
        left("HISTORY", 16, DIM);
        left("FIRST", 12, DIM);
        right("UP", 7, DIM);
        right("DOWN", 7, DIM);
        right("RTT", 7, DIM);
        paint("ODD", DIM);
        return line.toString();
    }

    /** The line of a record; for a session with two legs, values of both legs are separated by a slash. */
    public String line(SessionRecord session) {
        line.setLength(0);
        LegRecord client = session.client();
        LegRecord upstream = session.single() ? client : session.upstream();
        Rfc3339.write(session.identity().startEpochNanos(), time, 0);
        left(new String(time, 0, 23, StandardCharsets.US_ASCII) + "Z", 24, DIM);
        left(session.identity().shortId(), SessionIdentity.SHORT_ID_LENGTH_OF_FILE, "");
        right(HumanUnits.duration(session.durationNanos()), 8, "");
        left(endpoint(client.peer()), 21, "");
        line.append("-> ");
        left(endpoint(session.single() ? client.local() : upstream.peer()), 21, "");
        left(both(session, client.connState(), upstream.connState()), 9, colourOf(session.outcome()));
        left(both(session, client.history(), upstream.history()), 16, "");
        CloseAct first = session.close().first();
        left(first == null ? UNKNOWN : first.by().label() + " " + first.how().label(), 12, "");
        right(HumanUnits.bytes(client.bytesReceived()), 7, "");
        right(HumanUnits.bytes(client.bytesSent()), 7, "");
        Long rtt = client.handshake().rtt().orNull();
        right(rtt == null ? UNKNOWN : HumanUnits.duration(rtt), 7, "");
        notes(session);
        return line.toString();
    }

    private void notes(SessionRecord session) {
        String notes = String.join(", ", TextNotes.of(session));
        LegWire wire = session.client().wire();
        if (wire != null && session.event() == RecordEvent.PROGRESS) {
            notes = (wire.facts().ending() == FlowEndReason.CAPTURE_ENDED
                            ? "open"
                            : wire.facts().ending().label())
                    + (notes.isEmpty() ? "" : ", " + notes);
        }
        if (notes.isEmpty()) {
            line.setLength(line.length() - 1);
        } else {
            paint(Unicode.visible(notes), YELLOW);
        }
    }

    private static String both(SessionRecord session, @Nullable String client, @Nullable String upstream) {
        String one = client == null ? UNKNOWN : client;
        return session.single() ? one : one + "/" + (upstream == null ? UNKNOWN : upstream);
    }

    private static String endpoint(@Nullable InetSocketAddress endpoint) {
        return endpoint == null ? UNKNOWN : IpText.endpoint(endpoint);
    }
}
