package dev.finspect.record;

/** When this host itself refuses what one of its sockets sends: by its packet filter, or for want of a way. */
public final class SendRefusal {
    private SendRefusal() {}

    /**
     * Whether bytes wait to be sent, with nothing in flight and an open window, and are tried in vain. A negative number is one
     * that is not known, and shows nothing.
     *
     * @param leastProbes from how many tries on
     */
    public static boolean shownBy(
            long unackedSegments, long notSentBytes, long peerWindowBytes, long probes, long leastProbes) {
        return unackedSegments == 0 && notSentBytes > 0 && peerWindowBytes > 0 && probes >= leastProbes;
    }
}
