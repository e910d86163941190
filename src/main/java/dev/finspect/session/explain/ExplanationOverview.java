package dev.finspect.session.explain;

import java.util.List;

/** Several sessions to be explained one after the other: a line for each cause, and which sessions are explained. */
public final class ExplanationOverview {
    /** Between two explanations, and after the lines of the causes. */
    public static final String SEPARATOR = "\n" + "=".repeat(79) + "\n\n";

    /** Of how many causes a session is explained, unless all are asked for. */
    private static final int MOST_CAUSES = 3;

    private final int sessions;
    private final List<Cause> causes;
    private final List<ExplanationHead> shown;

    /**
     * An overview.
     *
     * @param worstFirst in the order of {@link ExplanationHead#WORST_FIRST}
     * @param all whether every session is explained, not only the worst of each of the worst causes
     */
    public ExplanationOverview(List<ExplanationHead> worstFirst, boolean all) {
        sessions = worstFirst.size();
        causes = Cause.of(worstFirst);
        shown = all || causes.isEmpty()
                ? worstFirst
                : causes.stream().limit(MOST_CAUSES).map(Cause::first).toList();
    }

    /** Ids of the sessions to explain. */
    public List<String> shown() {
        return shown.stream().map(ExplanationHead::id).toList();
    }

    /** A line for each cause, with how many sessions have it; empty for a single session. */
    public String causes(boolean colour) {
        return sessions > 1 ? ExplanationText.causes(causes, sessions, colour) : "";
    }

    /** What stands after the last explanation; empty where every session is explained. */
    public String more() {
        int more = sessions - shown.size();
        return more <= 0
                ? ""
                : "\n" + more + " more of these; 'finspect explain ID' shows one, --all shows every one\n";
    }
}
