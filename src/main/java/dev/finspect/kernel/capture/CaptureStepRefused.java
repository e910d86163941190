package dev.finspect.kernel.capture;

/** The kernel refused a step of opening a capture; the message is text for the user. */
final class CaptureStepRefused extends Exception {
    private static final long serialVersionUID = 1;

    private final CaptureStep step;
    private final int errno;

    /** Has no stack trace, since it is never printed. */
    CaptureStepRefused(CaptureStep step, int errno) {
        super(step.refused(errno), null, false, false);
        this.step = step;
        this.errno = errno;
    }

    /** Whether a shorter filter might be accepted. */
    boolean filterTooLong() {
        return step == CaptureStep.FILTER && errno == CaptureStep.ENOMEM;
    }

    /** What is missing and how to get it. */
    String sentence() {
        return step.refused(errno);
    }
}
