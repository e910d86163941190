package dev.finspect.lifecycle.zeek;

import dev.finspect.tcp.TcpFlags;

/**
 * Zeek's history of a connection: one letter for the first event of each kind, upper case for the originator.
 *
 * <p>{@code s h f r} are repeated when the sequence number differs. {@code t w c g} are added at the 1st, 10th, 100th time
 * and so on.
 */
final class ZeekHistory {
    private static final int SYN = 1;
    private static final int FIN = 2;
    private static final int RST = 4;
    private static final int FIN_RST = 8;
    private static final int DATA = 16;
    private static final int ACK = 32;
    private static final int MIXED = 64;
    private static final int RESPONDER_SHIFT = 16;
    private static final long[] NO_COUNTS = {};
    private static final String COUNTED = "TWCG";

    private final StringBuilder letters = new StringBuilder(12);
    private int seen;
    /** Last relative sequence number of SYN, FIN and RST, for each side. */
    private final long[] lastNumbers = new long[6];

    private long[] counts = NO_COUNTS;

    /** Notes that originator and responder changed places. */
    void rolesSwapped() {
        letters.append('^');
    }

    /** Whether the only entry is a SYN-ACK of the originator. */
    boolean isLoneSynAck() {
        return letters.length() == 1 && letters.charAt(0) == 'H';
    }

    /** Corrects that entry: the SYN-ACK was the responder's. */
    void rewriteLoneSynAck() {
        letters.setLength(0);
        letters.append("^h");
    }

    /**
     * Processes a segment.
     *
     * @param side 0 or 1; does not change when originator and responder change places
     * @param relative relative sequence number
     */
    void segment(boolean originator, int side, int flags, long relative, int bytes) {
        int control = flags & (TcpFlags.SYN | TcpFlags.FIN | TcpFlags.RST);
        switch (Integer.bitCount(control)) {
            case 0 -> plain(originator, flags, bytes);
            case 1 -> control(originator, side, flags, relative, bytes);
            default -> {
                boolean finRst = (control & TcpFlags.FIN) != 0 && (control & TcpFlags.RST) != 0;
                first(originator, finRst ? FIN_RST : MIXED, finRst ? 'I' : 'Q');
            }
        }
    }

    private void plain(boolean originator, int flags, int bytes) {
        if (bytes > 0) {
            first(originator, DATA, 'D');
        } else if ((flags & TcpFlags.ACK) != 0) {
            first(originator, ACK, 'A');
        }
    }

    private void control(boolean originator, int side, int flags, long relative, int bytes) {
        if ((flags & TcpFlags.SYN) != 0) {
            numbered(originator, SYN, (flags & TcpFlags.ACK) != 0 ? 'H' : 'S', 3 * side, relative);
        } else if ((flags & TcpFlags.FIN) != 0) {
            numbered(originator, FIN, 'F', 3 * side + 1, relative + bytes);
        } else {
            numbered(originator, RST, 'R', 3 * side + 2, relative);
        }
    }

    private void numbered(boolean originator, int kind, char letter, int slot, long number) {
        if (!first(originator, kind, letter) && number != lastNumbers[slot]) {
            add(originator, letter);
        }
        lastNumbers[slot] = number;
    }

    private boolean first(boolean originator, int kind, char letter) {
        int bit = originator ? kind : kind << RESPONDER_SHIFT;
        if ((seen & bit) != 0) {
            return false;
        }
        seen |= bit;
        add(originator, letter);
        return true;
    }

    private void add(boolean originator, char letter) {
        letters.append(originator ? letter : Character.toLowerCase(letter));
    }

    /** Counts an event of a counted kind ({@code T W C G}), and adds its letter at the 1st, 10th, 100th. */
    void counted(boolean originator, int side, char letter) {
        if (counts.length == 0) {
            counts = new long[2 * COUNTED.length()];
        }
        long count = ++counts[COUNTED.length() * side + COUNTED.indexOf(letter)];
        while (count % 10 == 0) {
            count /= 10;
        }
        if (count == 1) {
            add(originator, letter);
        }
    }

    String letters() {
        return letters.toString();
    }

    /** Whether Zeek would take the originator's RST, after a SYN without an answer, for the end of a SYN scan. */
    boolean isSynThenReset() {
        String text = letters.toString();
        int syn = text.startsWith("^") ? 1 : 0;
        if (text.length() <= syn || text.charAt(syn) != 'S') {
            return false;
        }
        int reset = text.indexOf('R', syn);
        return reset > 0 && text.substring(syn + 1, reset).chars().noneMatch(letter -> "HAFGIQ".indexOf(letter) >= 0);
    }
}
