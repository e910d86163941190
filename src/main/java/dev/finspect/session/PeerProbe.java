package dev.finspect.session;

import dev.finspect.tcp.Leg;

/**
 * The result of probing a peer's host by keep-alive probes, which its kernel answers without its program.
 *
 * @param waitedNanos how long an answer was waited for, or until it came
 * @param words the result as a sentence
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
