package dev.finspect.session;

import dev.finspect.tcp.Leg;

/**
 * What came of asking a peer's host for a sign of life, by keep-alive probes that its kernel answers and its program never
 * sees.
 *
 * @param waitedNanos how long an answer was waited for, or until it came
 * @param words what is so, a sentence for people
 */
public record PeerProbe(Leg leg, Verdict verdict, long waitedNanos, String words) {
    /** What is known now of the peer's host. */
    public enum Verdict {
        /** It answers: if the peer is silent, its program is. */
        HOST_ALIVE("host_alive"),
        /** It did not answer in time. */
        HOST_SILENT("host_silent"),
        /** It was not asked, for the reason in the words. */
        NOT_PROBED("not_probed");

        private final String label;

        Verdict(String label) {
            this.label = label;
        }

        /** The word for JSON. */
        public String label() {
            return label;
        }
    }
}
