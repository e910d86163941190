package dev.finspect.cli.top;

import dev.finspect.cli.client.LiveSession;
import dev.finspect.cli.client.SessionListing;
import dev.finspect.tcp.HumanUnits;

/**
 * The columns of the table at one width: all on a wide terminal, no rate on one of 80 columns, and only the age, what hangs and
 * the way on a narrow one. Pure.
 */
final class TopRow {
    private static final int WIDE = 110;
    private static final int NARROW = 70;
    private static final int WHAT = 26;
    private static final int WHAT_NARROW = 16;

    private final int width;
    private final long nowEpochNanos;

    /**
     * Columns of a terminal.
     *
     * @param nowEpochNanos the clock of finspect
     */
    TopRow(int width, long nowEpochNanos) {
        this.width = width;
        this.nowEpochNanos = nowEpochNanos;
    }

    /** The names of the columns. */
    String names() {
        return columns("", "AGE", "IDLE", "BYTES", "RATE", "WHAT", "CLIENT > ROUTE > UPSTREAM");
    }

    /** A session; what is longer than the width is to be cut. */
    String of(TopModel.Known known) {
        LiveSession session = known.session();
        return columns(
                mark(session),
                SessionListing.shortened(nowEpochNanos - session.startEpochNanos()),
                SessionListing.shortened(nowEpochNanos - session.lastByteEpochNanos()),
                HumanUnits.bytes(session.bytes()),
                HumanUnits.bytes((long) known.bytesPerSecond()) + "/s",
                what(session),
                session.way());
    }

    /** Whether the row of a session has everything. */
    boolean fits(TopModel.Known known) {
        return width >= NARROW && of(known).length() <= width;
    }

    /** {@code !} for what hangs, {@code ?} for what may. */
    private static String mark(LiveSession session) {
        return session.finding() == null ? " " : session.verdict("hang").equals("possible") ? " ?" : " !";
    }

    private static String what(LiveSession session) {
        String finding = session.finding();
        if (finding != null) {
            return finding;
        }
        return session.state().equals("open") || session.state().equals("connecting")
                ? TopText.words(session.phase())
                : TopText.words(session.state());
    }

    private String columns(String mark, String age, String idle, String bytes, String rate, String what, String way) {
        StringBuilder line = new StringBuilder(TopText.padded(mark, 2));
        right(line, age, 7);
        if (width >= NARROW) {
            right(line, idle, 8);
            right(line, bytes, 8);
        }
        if (width >= WIDE) {
            right(line, rate, 10);
        }
        int room = width >= NARROW ? WHAT : WHAT_NARROW;
        return line.append("  ")
                .append(TopText.padded(TopText.clipped(what, room), room))
                .append(' ')
                .append(way)
                .toString();
    }

    private static void right(StringBuilder line, String text, int room) {
        line.append(" ".repeat(Math.max(1, room - text.length()))).append(text);
    }
}
