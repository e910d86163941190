package dev.finspect.kernel.trace;

/** Why the kernel's tracing cannot be used, in whole sentences: what was found, then what would help. */
final class TraceRefused extends Exception {
    private static final long serialVersionUID = 1;

    TraceRefused(String sentences) {
        super(sentences);
    }

    /** The sentences. */
    String sentences() {
        return String.valueOf(getMessage());
    }
}
