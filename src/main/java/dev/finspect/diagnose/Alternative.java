package dev.finspect.diagnose;

/**
 * Another reading of the facts behind a finding, and what the facts say of it. Immutable.
 *
 * @param id name of the reading, unique within a finding
 * @param party who is to blame if it is right; {@link Blame#NOBODY} if nothing is wrong then, or finspect saw too little
 * @param reading what it says, half a sentence
 * @param because for one that is ruled out or rare, the reason; for an open one, what would decide it
 * @param atEpochNanos when the fact was so that rules it out: wall clock, nanoseconds since the Unix epoch; {@link
 *     Evidence#TIMELESS} where it has no moment
 */
public record Alternative(
        String id, Blame party, String reading, Standing standing, String because, long atEpochNanos) {
    /** Whether no fact excludes it, and it is not rare either. */
    public boolean isOpen() {
        return standing == Standing.OPEN;
    }

    /** Whether it says that nothing hangs, rather than that another party is to blame. */
    public boolean deniesTheHang() {
        return party == Blame.NOBODY;
    }
}
