package dev.finspect.kernel.capture;

/** The kernel refused a step towards a capture; the message is the sentence that people are told. */
final class Refused extends Exception {
    private static final long serialVersionUID = 1;

    private final Step step;
    private final int errno;

    /** Without a stack trace: nobody reads it. */
    Refused(Step step, int errno) {
        super(step.refused(errno), null, false, false);
        this.step = step;
        this.errno = errno;
    }

    /** Whether a shorter filter could do. */
    boolean filterTooLong() {
        return step == Step.FILTER && errno == Step.ENOMEM;
    }

    /** What is missing and how to gain it. */
    String sentence() {
        return step.refused(errno);
    }
}
