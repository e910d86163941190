package dev.finspect.log.text;

import dev.finspect.log.line.LineBatch;
import dev.finspect.log.line.LineEncoder;
import dev.finspect.log.line.Rfc3339;
import dev.finspect.log.line.Unicode;
import dev.finspect.record.Attempt;
import dev.finspect.record.CloseAct;
import dev.finspect.record.LegRecord;
import dev.finspect.record.Outcome;
import dev.finspect.record.SessionClose;
import dev.finspect.session.OmittedLines;
import dev.finspect.session.RecordEvent;
import dev.finspect.session.SessionIdentity;
import dev.finspect.session.SessionRecord;
import dev.finspect.tcp.HumanUnits;
import dev.finspect.tcp.IpText;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A table of sessions, a line for each: start, id, duration, route, endpoints, outcome, the first close, the order of closing,
 * bytes, round-trip times, and anomalies. {@code ?} means not known. Confined to one thread.
 */
public final class SessionTable extends AlignedLine implements LineEncoder {

    private boolean headerDue;
    private final byte[] time = new byte[Rfc3339.LENGTH];

    /** With {@code header}, a line with the column names is written before the first session. */
    public SessionTable(boolean colour, boolean header) {
        super(colour);
        this.headerDue = header;
    }

    @Override
    public void append(SessionRecord session, int sampledOneIn, LineBatch batch) {
        line.setLength(0);
        if (headerDue) {
            header();
        }
        started(session);
        left(session.identity().shortId(), SessionIdentity.SHORT_ID_LENGTH, "");
        right(HumanUnits.duration(session.durationNanos()), 8, "");
        left(Unicode.visible(session.identity().route()), 10, "");
        left(Unicode.visible(IpText.endpoint(session.identity().client())), 21, "");
        line.append("-> ");
        left(upstream(session), 21, "");
        Outcome outcome = session.outcome();
        left(outcome == null ? livingLabel(session) : outcome.label(), 17, colourOf(outcome));
        left(first(session), 14, "");
        left(order(session.close()), 23, "");
        right(HumanUnits.bytes(session.client().bytesReceived()), 7, "");
        right(HumanUnits.bytes(session.upstream().bytesReceived()), 7, "");
        right(rtt(session.client()), 7, "");
        right(rtt(session.upstream()), 7, "");
        notes(session);
        if (sampledOneIn > 1) {
            paint(" (one in " + sampledOneIn + ")", DIM);
        }
        byte[] bytes = line.toString().getBytes(StandardCharsets.UTF_8);
        batch.write(bytes, 0, bytes.length);
        headerDue = false;
    }

    @Override
    public void append(OmittedLines omitted, LineBatch batch) {
        line.setLength(0);
        Rfc3339.write(omitted.fromEpochNanos(), time, 0);
        left(new String(time, 0, 23, StandardCharsets.US_ASCII) + "Z", 24, DIM);
        left("", SessionIdentity.SHORT_ID_LENGTH, "");
        right(HumanUnits.duration(omitted.toEpochNanos() - omitted.fromEpochNanos()), 8, "");
        left(Unicode.visible(omitted.route()), 10, "");
        String peer = omitted.peer() == null ? "" : ", peer " + omitted.peer();
        paint(
                "and " + omitted.ids().size() + " more " + label(omitted.event()) + ": "
                        + omitted.finding().id().label() + Unicode.visible(peer),
                YELLOW);
        byte[] bytes = line.toString().getBytes(StandardCharsets.UTF_8);
        batch.write(bytes, 0, bytes.length);
    }

    private static String livingLabel(SessionRecord session) {
        return label(session.event());
    }

    /** What a line about a session that lives begins with. */
    static String label(RecordEvent event) {
        return switch (event) {
            case HUNG -> "hung";
            case RECOVERED -> "recovered";
            case CLOSED, PROGRESS, ATTEMPT_FAILED -> "open";
        };
    }

    private void header() {
        left("STARTED (UTC)", 24, DIM);
        left("ID", SessionIdentity.SHORT_ID_LENGTH, DIM);
        right("LASTED", 8, DIM);
        left("ROUTE", 10, DIM);
        left("CLIENT", 21, DIM);
        line.append("   ");
        left("UPSTREAM", 21, DIM);
        left("OUTCOME", 17, DIM);
        left("FIRST", 14, DIM);
        left("ORDER", 23, DIM);
        right("UP", 7, DIM);
        right("DOWN", 7, DIM);
        right("RTT C", 7, DIM);
        right("RTT U", 7, DIM);
        paint("ODD", DIM);
        line.append('\n');
    }

    private void started(SessionRecord session) {
        Rfc3339.write(session.identity().startEpochNanos(), time, 0);
        left(new String(time, 0, 23, StandardCharsets.US_ASCII) + "Z", 24, DIM);
    }

    private void notes(SessionRecord session) {
        String notes = String.join(", ", TextNotes.of(session));
        if (notes.isEmpty()) {
            line.setLength(line.length() - 1);
        } else {
            paint(Unicode.visible(notes), YELLOW);
        }
    }

    /** The upstream that was reached, or tried last; a name whose address is not known. */
    static String upstream(SessionRecord session) {
        InetSocketAddress address = session.upstreamAddress();
        List<Attempt> attempts = session.upstream().attempts();
        String target =
                attempts.isEmpty() ? null : attempts.get(attempts.size() - 1).target();
        return address != null ? IpText.endpoint(address) : target == null ? UNKNOWN : Unicode.visible(target);
    }

    private static String first(SessionRecord session) {
        CloseAct first = session.close().first();
        if (first == null) {
            return UNKNOWN;
        }
        // Only "proxy", because who and how have the same label.
        return first.how() == CloseAct.How.PROXY
                ? first.by().label()
                : first.by().label() + " " + first.how().label();
    }

    private static String order(SessionClose close) {
        return close.order().isEmpty() ? UNKNOWN : close.orderText();
    }

    /** The round trip, shortly. */
    static String rtt(LegRecord leg) {
        Long nanos = leg.roundTrip().orNull();
        return nanos == null ? UNKNOWN : HumanUnits.duration(nanos);
    }
}
