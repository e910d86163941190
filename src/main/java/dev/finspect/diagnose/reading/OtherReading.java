package dev.finspect.diagnose.reading;

import dev.finspect.diagnose.Alternative;
import dev.finspect.diagnose.Blame;
import dev.finspect.diagnose.Situation;
import dev.finspect.diagnose.Snapshot;
import java.util.function.BiPredicate;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Another reading of what a rule sees: who would be to blame, which facts exclude it, and what would decide it. Pure.
 *
 * @param id name of the reading: small letters and hyphens
 * @param says what it says, half a sentence, with PEER for the peer of the leg and OTHER for the peer of the other leg
 * @param ruledOutBy which facts exclude it, for the page of rules
 * @param decidedBy what would decide it where no fact does; with PEER and OTHER likewise
 * @param party who is to blame if it is right
 * @param test what the facts say
 */
public record OtherReading(
        String id, String says, String ruledOutBy, String decidedBy, Function<Situation, Blame> party, Test test) {
    /** Asks the facts. */
    public interface Test {
        /** What they say; never throws. */
        ReadingResult of(Snapshot snapshot, Situation situation);
    }

    /** The same reading with another test. */
    public OtherReading with(Test other) {
        return new OtherReading(id, says, ruledOutBy, decidedBy, party, other);
    }

    /** The same reading, which these facts exclude before its own test asks. */
    public OtherReading unless(BiPredicate<Snapshot, Situation> match, String because) {
        return with((snapshot, situation) ->
                match.test(snapshot, situation) ? ReadingResult.ruledOut(because) : test.of(snapshot, situation));
    }

    /** The same reading, which is what the finding itself says where this matches. */
    public OtherReading unlessOwn(BiPredicate<Snapshot, Situation> match) {
        return with((snapshot, situation) ->
                match.test(snapshot, situation) ? ReadingResult.none() : test.of(snapshot, situation));
    }

    /** Tests it; null where it is no other reading. */
    public @Nullable Alternative test(Snapshot snapshot, Situation situation) {
        ReadingResult result = test.of(snapshot, situation);
        if (result.isNone()) {
            return null;
        }
        String reason = result.because().isEmpty() ? decidedBy : result.because();
        return new Alternative(
                id,
                party.apply(situation),
                named(says, situation),
                result.standing(),
                named(reason, situation),
                result.atEpochNanos());
    }

    private static String named(String text, Situation situation) {
        return text.replace("PEER", situation.oneLeg().label())
                .replace("OTHER", situation.oneLeg().other().label());
    }
}
