package dev.finspect.diagnose.catalogue;

/**
 * A kind's entry in the page of rules, which is generated from it. What contradicts a finding is not in it: the page takes that
 * from {@link FindingKind#contradictions()}.
 *
 * @param meaning what the finding says
 * @param proof what proves it, and what does not
 * @param blame who owes the next step
 * @param threshold its keys of {@code diagnosis} in the configuration
 * @param action what to do
 * @param rights how sure it is, by what finspect can see
 */
public record RuleEntry(String meaning, String proof, String blame, String threshold, String action, Rights rights) {
    /**
     * How sure a finding is with more and more rights; empty where a source adds nothing.
     *
     * @param sockets from finspect's own sockets and tcp_info
     * @param peerSocket with the peer's socket on this host
     * @param capture with captured packets
     */
    public record Rights(String sockets, String peerSocket, String capture) {}
}
