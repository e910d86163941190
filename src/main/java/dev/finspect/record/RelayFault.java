package dev.finspect.record;

/** What was relayed otherwise than it came, and no decision of finspect says why. */
public enum RelayFault implements RelayedReason {
    /** A connection that TCP gave up was passed on as an RST. */
    TIMEOUT_AS_RESET("timeout_as_reset"),
    RESET_NOT_PASSED("reset_not_passed"),
    FIN_NOT_PASSED("fin_not_passed"),
    /** The mark of urgent data is lost, its byte is not. */
    URGENT_MARK_LOST("urgent_mark_lost"),
    /** This host broke the connection. */
    LOCAL_ERROR("local_error"),
    /** No reading of the kernel's queue says whether all bytes before an RST went out. */
    DELIVERY_UNKNOWN("delivery_unknown"),
    /** No known cause: a defect of finspect. */
    UNEXPLAINED("unexplained");

    private final String label;

    RelayFault(String label) {
        this.label = label;
    }

    @Override
    public String label() {
        return label;
    }
}
