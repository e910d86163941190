package dev.finspect.wire;

/**
 * The options of one TCP header that tell something of a connection.
 *
 * @param mssBytes {@link #ABSENT} where the option was not there
 * @param windowScale the shift as it was sent, even above RFC 7323's limit of 14; {@link #ABSENT} likewise
 * @param sackPermitted whether the option was there
 * @param timestamps whether the option was there; the next two mean nothing without it
 * @param timestampValue TSval, 32 bits whose sign means nothing
 * @param timestampEcho TSecr
 * @param sackBlocks how many blocks a SACK option held, 0 without one
 * @param fastOpen whether a Fast Open option was there (RFC 7413)
 * @param multipath whether an MPTCP option was there (RFC 8684)
 * @param malformed whether an option's length did not fit, or the capture ends among the options, so that what followed was
 *     not read
 */
public record TcpOptions(
        int mssBytes,
        int windowScale,
        boolean sackPermitted,
        boolean timestamps,
        int timestampValue,
        int timestampEcho,
        int sackBlocks,
        boolean fastOpen,
        boolean multipath,
        boolean malformed) {
    /** Marks a number that was not there. */
    public static final int ABSENT = -1;

    /** No option at all. */
    public static final TcpOptions NONE = new TcpOptions(ABSENT, ABSENT, false, false, 0, 0, 0, false, false, false);
}
