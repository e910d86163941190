package dev.finspect.session.explain;

import dev.finspect.tcp.HumanUnits;

/**
 * What passed on one leg in a stretch of time of which nothing is drawn.
 *
 * @param kind how much is known of it
 * @param segments how many segments; 0 where that is not known
 * @param bytes how many bytes, both ways together; 0 where that is not known
 */
public record Passed(Kind kind, long segments, long bytes) {
    /** It is known that no segment passed. */
    static final Passed NOTHING = new Passed(Kind.NOTHING, 0, 0);

    /** It is known that no new byte passed. */
    static final Passed NO_BYTES = new Passed(Kind.NO_BYTES, 0, 0);

    /** It is in another record of the same connection. */
    static final Passed EARLIER = new Passed(Kind.EARLIER, 0, 0);

    /** How much is known. */
    public enum Kind {
        /** No segment passed. */
        NOTHING,
        /** No new byte passed; segments without bytes, or with bytes sent again, may have. */
        NO_BYTES,
        /** No new byte was captured; the capture lacks segments, and bytes may have passed. */
        NONE_CAPTURED,
        /** It is in another record of the same connection. */
        EARLIER,
        /** Segments were captured, and their headers are not kept. */
        NOT_KEPT,
        /** Segments passed, or may have, of which only the number in all is known. */
        UP_TO,
        /** It passed earlier than this stretch or later: counted with another one. */
        COUNTED_ELSEWHERE
    }

    /** A few words for one lane of the drawing. */
    public String words() {
        return switch (kind) {
            case NOTHING -> "nothing";
            case NO_BYTES -> segments == 0 ? "no new bytes" : segments + " seg. without new bytes";
            case NONE_CAPTURED -> "no new bytes captured";
            case EARLIER -> "in an earlier record";
            case NOT_KEPT -> segments + " seg. not kept" + (bytes == 0 ? "" : ", " + HumanUnits.bytes(bytes));
            case UP_TO -> upTo();
            case COUNTED_ELSEWHERE -> "part of the same";
        };
    }

    /** Whether it says that something passed, or may have. */
    boolean some() {
        return kind == Kind.NOT_KEPT || kind == Kind.UP_TO || kind == Kind.COUNTED_ELSEWHERE;
    }

    private String upTo() {
        return "up to " + HumanUnits.bytes(bytes) + (segments == 0 ? "" : " in " + segments + " seg.");
    }
}
