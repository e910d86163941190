package dev.finspect.cli.config;

/** A text that is not a valid value of its setting. */
public final class InvalidValueException extends Exception {
    private static final long serialVersionUID = 1L;
    private final String remedy;

    /**
     * @param what the error, without a full stop
     * @param remedy what to write instead, a whole sentence
     */
    public InvalidValueException(String what, String remedy) {
        super(what, null, false, false);
        this.remedy = remedy;
    }

    /** The error, without a full stop. */
    public String what() {
        return String.valueOf(getMessage());
    }

    /** What to write instead. */
    public String remedy() {
        return remedy;
    }
}
