package dev.finspect.session;

/** How an operator has a session ended. */
public enum CloseRequest {
    /** A FIN to both peers. */
    FIN("fin"),
    /** An RST to both. */
    RESET("reset");

    private final String label;

    CloseRequest(String label) {
        this.label = label;
    }

    /** The word for queries. */
    public String label() {
        return label;
    }

    /** What came of it. */
    public enum Result {
        /** The end has begun by it. */
        BEGUN,
        /** The end had begun before. */
        ENDING_ALREADY
    }
}
