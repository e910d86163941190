package dev.finspect.diagnose.catalogue;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.finspect.diagnose.Alternative;
import dev.finspect.diagnose.Blame;
import dev.finspect.diagnose.Confidence;
import dev.finspect.diagnose.Evidence;
import dev.finspect.diagnose.Finding;
import dev.finspect.diagnose.FindingId;
import dev.finspect.diagnose.Situation;
import dev.finspect.diagnose.Standing;
import dev.finspect.tcp.Leg;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Confidence and blame follow from the other readings of a finding's facts; no rule says how sure it is. */
final class ComputedConfidenceTest {
    private static final Situation UPSTREAM = new Situation(Blame.UPSTREAM, Leg.UPSTREAM, 1, List.of());

    @Test
    void noRuleNamesAConfidence() {
        noClasses()
                .that()
                .resideInAnyPackage("dev.finspect.diagnose.finding..", "dev.finspect.diagnose.reading..")
                .should()
                .dependOnClassesThat()
                .areAssignableTo(Confidence.class)
                .check(new ClassFileImporter(List.of(new ImportOption.DoNotIncludeTests()))
                        .importPackages("dev.finspect.diagnose"));
    }

    @Test
    void allRuledOutProvesTheSentence() {
        Finding found =
                finding(other(Blame.NETWORK_TO_UPSTREAM, Standing.RULED_OUT), other(Blame.NOBODY, Standing.RULED_OUT));
        assertThat(found.confidence()).isEqualTo(Confidence.PROVED);
        assertThat(found.hang()).isEqualTo(Confidence.PROVED);
        assertThat(found.blame()).isEqualTo(Blame.UPSTREAM);
    }

    @Test
    void anOpenPartyJoinsTheBlameAndLeavesTheHangProved() {
        Finding found = finding(other(Blame.NETWORK_TO_UPSTREAM, Standing.OPEN));
        assertThat(found.confidence()).isEqualTo(Confidence.POSSIBLE);
        assertThat(found.hang()).isEqualTo(Confidence.PROVED);
        assertThat(found.blame()).isEqualTo(Blame.UPSTREAM_SIDE);
        assertThat(found.candidates()).containsExactly(Blame.UPSTREAM, Blame.NETWORK_TO_UPSTREAM);
    }

    @Test
    void partiesOfBothSidesAreUndetermined() {
        assertThat(finding(other(Blame.CLIENT, Standing.OPEN)).blame()).isEqualTo(Blame.UNDETERMINED);
    }

    @Test
    void anOpenReadingThatNothingIsWrongLowersBothAndBlamesNobodyElse() {
        Finding found = finding(other(Blame.NOBODY, Standing.OPEN));
        assertThat(found.confidence()).isEqualTo(Confidence.POSSIBLE);
        assertThat(found.hang()).isEqualTo(Confidence.POSSIBLE);
        assertThat(found.blame()).isEqualTo(Blame.UPSTREAM);
    }

    @Test
    void aRareReadingMakesItLikely() {
        Finding found = finding(other(Blame.CLIENT, Standing.RARE));
        assertThat(found.confidence()).isEqualTo(Confidence.LIKELY);
        assertThat(found.hang()).isEqualTo(Confidence.PROVED);
        assertThat(found.candidates()).containsExactly(Blame.UPSTREAM);
    }

    @Test
    void identityIsIdAndLeg() {
        Finding before = finding(other(Blame.NETWORK_TO_UPSTREAM, Standing.OPEN));
        Finding now = finding(other(Blame.NETWORK_TO_UPSTREAM, Standing.RULED_OUT));
        assertThat(before.sameAs(now)).isTrue();
    }

    private static Finding finding(Alternative... others) {
        return new Finding(new FindingId("upstream-silent"), UPSTREAM, List.of(others));
    }

    private static Alternative other(Blame party, Standing standing) {
        return new Alternative("other", party, "another reading", standing, "a reason", Evidence.TIMELESS);
    }
}
