package dev.finspect.log.text;

import dev.finspect.diagnose.Finding;
import dev.finspect.lifecycle.FlowEndReason;
import dev.finspect.log.line.LineBatch;
import dev.finspect.log.line.LineEncoder;
import dev.finspect.log.line.Rfc3339;
import dev.finspect.log.line.Unicode;
import dev.finspect.record.LegWire;
import dev.finspect.record.Outcome;
import dev.finspect.session.Diagnosed;
import dev.finspect.session.OmittedLines;
import dev.finspect.session.RecordEvent;
import dev.finspect.session.SessionFinding;
import dev.finspect.session.SessionIdentity;
import dev.finspect.session.SessionRecord;
import dev.finspect.session.explain.Explained;
import dev.finspect.session.explain.Explanation;
import dev.finspect.session.explain.Tense;
import dev.finspect.tcp.HumanUnits;
import dev.finspect.tcp.IpText;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntSupplier;

/**
 * Sessions for people: when it began, a short id, how it went, who took part, what was unusual, and the sentence of what hangs or
 * ended it. On a terminal the text is folded to its width, under a line with the date. Elsewhere a session is one line, with the
 * date in it. Confined to one thread.
 */
public final class TextLine extends AlignedLine implements LineEncoder {
    private static final int LABEL_WIDTH = 9;
    private static final int TIME_WIDTH = 7;
    private static final int WIDEST_ROUTE = 10;
    /** Where {@link Rfc3339} has the time of day, and how much of it is shown on a terminal. */
    private static final int CLOCK_AT = 11;

    private static final int CLOCK_LENGTH = 8;
    private static final int DATE_LENGTH = 10;
    private static final int MILLIS_END = 23;
    private static final String INDENT = " ".repeat(CLOCK_LENGTH + 1);

    private final IntSupplier columns;
    private final byte[] time = new byte[Rfc3339.LENGTH];
    private String date = "";
    private int routeWidth = 1;
    /** Most columns of a line; 0 for any number. */
    private int width;

    private int column;

    /** {@code columns} are those of the terminal, asked for each session; 0 if there is none. */
    public TextLine(boolean colour, IntSupplier columns) {
        super(colour);
        this.columns = columns;
    }

    @Override
    public void append(SessionRecord session, int sampledOneIn, LineBatch batch) {
        text(session);
        if (sampledOneIn > 1) {
            words("(one in " + sampledOneIn + ")", DIM);
        }
        byte[] bytes = line.toString().getBytes(StandardCharsets.UTF_8);
        batch.write(bytes, 0, bytes.length);
    }

    @Override
    public void append(OmittedLines omitted, LineBatch batch) {
        begin(omitted.fromEpochNanos());
        word("and", YELLOW);
        word(omitted.ids().size() + " more", YELLOW);
        word(SessionTable.label(omitted.event()) + ":", YELLOW);
        words(
                omitted.finding().id().label() + " on route " + Unicode.visible(omitted.route())
                        + (omitted.peer() == null ? "" : ", peer " + Unicode.visible(omitted.peer())),
                YELLOW);
        byte[] bytes = line.toString().getBytes(StandardCharsets.UTF_8);
        batch.write(bytes, 0, bytes.length);
    }

    /** A session as one line, or as several on a terminal; without the last line end. */
    public String text(SessionRecord session) {
        SessionIdentity identity = session.identity();
        begin(identity.startEpochNanos());
        word(identity.shortId(), "");
        word(
                padded(label(session), LABEL_WIDTH),
                colourOf(session.event() == RecordEvent.HUNG ? Outcome.RESET : session.outcome()));
        String lasted = HumanUnits.duration(session.durationNanos());
        word(" ".repeat(Math.max(0, TIME_WIDTH - lasted.length())) + lasted, "");
        if (!identity.route().isEmpty()) {
            String route = Unicode.visible(identity.route());
            routeWidth = Math.max(routeWidth, Math.min(WIDEST_ROUTE, route.length()));
            word(padded(route, routeWidth), "");
        }
        peers(IpText.endpoint(identity.client()) + " -> " + SessionTable.upstream(session));
        List<Explained> reported = reported(session);
        items(Unicode.visible(String.join(", ", items(session, reported))));
        for (Explained each : reported) {
            sentence(each);
        }
        return line.toString();
    }

    /** In one piece, unless they are longer than a line. */
    private void peers(String both) {
        if (width > 0 && INDENT.length() + both.length() > width) {
            words(both, "");
        } else {
            word(both, "");
        }
    }

    /** Behind the peers, or on lines of their own where they do not fit behind them. */
    private void items(String all) {
        if (width > 0 && column + 1 + all.length() > width) {
            newLine();
        } else {
            line.append(' ');
            column++;
        }
        words(all, DIM);
    }

    private void begin(long epochNanos) {
        line.setLength(0);
        column = 0;
        int terminal = columns.getAsInt();
        width = terminal <= 0 ? 0 : Math.max(INDENT.length() + 1, terminal - 1);
        Rfc3339.write(epochNanos, time, 0);
        String written = new String(time, 0, MILLIS_END, StandardCharsets.US_ASCII);
        if (width == 0) {
            word(written + "Z", DIM);
            return;
        }
        String day = written.substring(0, DATE_LENGTH);
        if (!day.equals(date)) {
            date = day;
            paint(day + " UTC", DIM);
            line.append('\n');
        }
        word(written.substring(CLOCK_AT, CLOCK_AT + CLOCK_LENGTH), DIM);
    }

    private static String label(SessionRecord session) {
        Outcome outcome = session.outcome();
        LegWire wire = session.client().wire();
        if (session.single() && session.event() == RecordEvent.PROGRESS && wire != null) {
            FlowEndReason ending = wire.facts().ending();
            return ending == FlowEndReason.CAPTURE_ENDED ? "open" : ending.label();
        }
        return outcome == null ? SessionTable.label(session.event()) : outcome.label();
    }

    /** The findings that have a sentence: what a line is about, or what the session ended by. */
    private static List<Explained> reported(SessionRecord session) {
        Diagnosed diagnosed = session.diagnosed();
        if (diagnosed == null
                || diagnosed.findings().stream()
                        .noneMatch(each -> each.finding().accuses())) {
            return List.of();
        }
        SessionFinding about = diagnosed.about();
        return Explanation.of(session, List.of()).findings().stream()
                .filter(each -> about == null
                        ? isOfTheEnd(each) && each.finding().accuses()
                        : session.event() == RecordEvent.HUNG && each.found().hangs() && sameAs(about, each))
                .limit(1)
                .toList();
    }

    private static boolean sameAs(SessionFinding about, Explained each) {
        return each.finding().sameAs(about.finding());
    }

    private static boolean isOfTheEnd(Explained each) {
        return each.tense() == Tense.AT_END || each.tense() == Tense.UNTIL_END || each.tense() == Tense.HANGS;
    }

    private static List<String> items(SessionRecord session, List<Explained> reported) {
        List<String> items = new ArrayList<>();
        if (session.single()) {
            items.add("state " + session.client().connState());
            items.add("history " + session.client().history());
        }
        if (!session.close().order().isEmpty()) {
            items.add(session.close().orderText());
        }
        items.add(HumanUnits.bytes(session.client().bytesReceived()) + " up");
        items.add(HumanUnits.bytes(
                        session.single()
                                ? session.client().bytesSent()
                                : session.upstream().bytesReceived())
                + " down");
        items.add("rtt " + SessionTable.rtt(session.client())
                + (session.single() ? "" : "/" + SessionTable.rtt(session.upstream())));
        Outcome outcome = session.outcome();
        Finding sentence = reported.isEmpty() ? null : reported.get(0).finding();
        TextNotes.of(session, found -> sentence == null || !found.finding().sameAs(sentence)).stream()
                .distinct()
                .filter(note -> outcome == null || !note.equals(outcome.label()))
                .filter(note -> session.close().order().stream()
                        .noneMatch(act -> act.label().equals(note)))
                .forEach(items::add);
        return items;
    }

    private void sentence(Explained each) {
        String label = each.finding().id().label() + ":";
        if (width > 0) {
            newLine();
        } else {
            line.append(';');
        }
        word(label, YELLOW);
        words(Unicode.visible(each.sentence()), "");
    }

    private static String padded(String text, int width) {
        return text + " ".repeat(Math.max(0, width - text.length()));
    }

    private void words(String text, String paint) {
        for (String word : text.split(" ", -1)) {
            word(word, paint);
        }
    }

    /** A word after a blank, on the next line if it does not fit. */
    private void word(String word, String paint) {
        boolean first =
                column == 0 || (width > 0 && column == INDENT.length() && line.charAt(line.length() - 1) == ' ');
        if (!first && width > 0 && column + 1 + word.length() > width) {
            newLine();
            first = true;
        }
        if (!first) {
            line.append(' ');
            column++;
        }
        paint(word, paint);
        column += word.length();
    }

    private void newLine() {
        while (line.charAt(line.length() - 1) == ' ') {
            line.setLength(line.length() - 1);
        }
        line.append('\n').append(INDENT);
        column = INDENT.length();
    }
}
