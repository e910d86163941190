package dev.finspect.record;

/** Whether each peer saw of the other what it would have seen without finspect between them. */
public enum Relayed {
    FAITHFUL("faithful"),
    /**
     * A connect that failed became an accepted connection's RST, a time-out an RST; finspect ended the session by itself; an
     * RST, a FIN or the mark of urgent data could not be passed on.
     */
    TRANSLATED("translated"),
    /**
     * Bytes from one peer never reached the other, though the other had not itself cut its connection off. A peer that resets,
     * or no longer answers, loses what was on its way to it without finspect as well.
     */
    DATA_LOST("data_lost"),
    /** An RST was passed on, and no reading of the kernel's queue says whether all bytes before it went out. */
    UNKNOWN("unknown");

    private final String label;

    Relayed(String label) {
        this.label = label;
    }

    /** The word for records and labels. */
    public String label() {
        return label;
    }
}
