package dev.finspect.cli.config;

/** A text that does not fit the syntax of its setting. */
public final class Misfit extends Exception {
    private static final long serialVersionUID = 1L;
    private final String mend;

    /**
     * @param what is wrong, without a full stop
     * @param mend what to write instead, a whole sentence
     */
    public Misfit(String what, String mend) {
        super(what, null, false, false);
        this.mend = mend;
    }

    /** What is wrong, without a full stop. */
    public String what() {
        return String.valueOf(getMessage());
    }

    /** What to write instead. */
    public String mend() {
        return mend;
    }
}
