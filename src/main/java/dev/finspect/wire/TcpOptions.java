package dev.finspect.wire;

/**
 * The options of one TCP header, as far as they say something about the connection.
 *
 * @param mssBytes {@link #ABSENT} if the option was not present
 * @param windowScale the shift as it was sent, even above RFC 7323's limit of 14; {@link #ABSENT} likewise
 * @param sackPermitted whether the option was present
 * @param timestamps whether the option was present; the next two are valid only then
 * @param timestampValue TSval, 32 bits, unsigned
 * @param timestampEcho TSecr
 * @param sack what a SACK option names; {@link Sack#NONE} without one
 * @param fastOpen whether a Fast Open option was present (RFC 7413)
 * @param multipath whether an MPTCP option was present (RFC 8684)
 * @param malformed whether an option had an invalid length, or the capture ends inside the options; what followed was not read
 */
public record TcpOptions(
        int mssBytes,
        int windowScale,
        boolean sackPermitted,
        boolean timestamps,
        int timestampValue,
        int timestampEcho,
        Sack sack,
        boolean fastOpen,
        boolean multipath,
        boolean malformed) {
    /** Value of a number that is not present. */
    public static final int ABSENT = -1;

    /** No options. */
    public static final TcpOptions NONE =
            new TcpOptions(ABSENT, ABSENT, false, false, 0, 0, Sack.NONE, false, false, false);

    /**
     * The ranges that a SACK option names (RFC 2018): bytes that its sender has, behind one that it lacks, or had before (RFC 2883).
     *
     * @param blocks how many
     * @param longestBytes length of the longest of them: no segment in them carried more
     * @param to the highest right edge, a sequence number; valid only with a block
     */
    public record Sack(int blocks, int longestBytes, int to) {
        /** No block. */
        public static final Sack NONE = new Sack(0, 0, 0);
    }
}
