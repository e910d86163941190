package dev.finspect.session.explain;

/** Whether a finding holds at the moment of the explanation; in the order in which they are reported. */
public enum Tense {
    /** It is so, and somebody owes the next step. */
    HANGS("hangs"),
    /** It says how the session ended. */
    AT_END("found at the end"),
    /** It was so when the session ended. */
    UNTIL_END("was so until the end"),
    /** It is so, and nobody owes anything. */
    HOLDS("is so now"),
    /** It was so for a time, or for a moment, and is over. */
    PAST("is over");

    private final String words;

    Tense(String words) {
        this.words = words;
    }

    /** Its words behind the finding's name. */
    public String words() {
        return words;
    }
}
