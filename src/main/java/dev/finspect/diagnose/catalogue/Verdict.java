package dev.finspect.diagnose.catalogue;

import dev.finspect.diagnose.Blame;
import dev.finspect.diagnose.Confidence;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * How a finding can turn out.
 *
 * @param blame who is to blame, in one word
 * @param hang how sure it is that something is wrong
 */
public record Verdict(Blame blame, Confidence hang) {
    /** Adds what can come of the finding's own blame and of any of the other parties that may stay open. */
    static void addAll(Blame own, Set<Blame> others, boolean deniable, Set<Verdict> into) {
        List<Blame> parties = new ArrayList<>(others);
        for (int some = 0; some < (1 << parties.size()); some++) {
            Set<Blame> open = EnumSet.of(own);
            for (int i = 0; i < parties.size(); i++) {
                if ((some & (1 << i)) != 0) {
                    open.add(parties.get(i));
                }
            }
            Blame blame = Blame.of(open);
            for (Confidence hang : Confidence.values()) {
                if (deniable || hang == Confidence.PROVED) {
                    into.add(new Verdict(blame, hang));
                }
            }
        }
    }
}
