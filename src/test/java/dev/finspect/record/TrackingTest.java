package dev.finspect.record;

import static dev.finspect.fixture.TrackingFixture.ANSWERED;
import static dev.finspect.fixture.TrackingFixture.ELSEWHERE;
import static dev.finspect.fixture.TrackingFixture.established;
import static dev.finspect.fixture.TrackingFixture.pickedUp;
import static dev.finspect.fixture.TrackingFixture.table;
import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.fixture.TrackingFixture;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Observation;
import dev.finspect.tcp.Source;
import org.junit.jupiter.api.Test;

/** What a look at connection tracking says of a connection, alone and after earlier looks. */
final class TrackingTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long NOW = 1_000 * SECOND;
    private static final long SENT = NOW - 2 * SECOND;
    private static final long RESTED = 600 * SECOND;

    private static TrackingFixture now() {
        return new TrackingFixture(NOW);
    }

    @Test
    void noEntrySaysSomethingOnlyBesideOthersOrAfterOne() {
        assertThat(now().build().forgotten(SENT, RESTED)).isTrue();
        TrackingFixture alone = now();
        alone.others = Observation.none(Source.CONNTRACK);
        assertThat(alone.build().forgotten(SENT, RESTED)).isFalse();
        assertThat(alone.after(established(ANSWERED)).build().forgotten(SENT, RESTED))
                .isTrue();
        assertThat(now().with(established(ANSWERED)).build().forgotten(SENT, RESTED))
                .isFalse();
    }

    @Test
    void othersSayNothingOfOneThatRestedShorterThanItIsRemembered() {
        assertThat(now().build().forgotten(SENT, RESTED - 1)).isFalse();
        assertThat(now().after(established(ANSWERED)).build().forgotten(SENT, RESTED - 1))
                .isTrue();
    }

    @Test
    void entryThatMayHaveGoneWhileBytesWereSentAgainIsNoCause() {
        TrackingFixture brief = now();
        brief.table = table(2, false);
        assertThat(brief.build().forgotten(SENT, RESTED)).isFalse();
        brief.table = table(3, false);
        assertThat(brief.build().forgotten(SENT, RESTED)).isTrue();
        assertThat(now().build().forgotten(NOW - 300 * SECOND, RESTED))
                .as("one that sends again in vain is forgotten sooner")
                .isFalse();
        brief.table = Tracking.Table.NOT_OBSERVED;
        assertThat(brief.build().forgotten(SENT, RESTED)).isFalse();
        assertThat(now().firstLook(false, 7).build().forgotten(SENT, RESTED)).isFalse();
        TrackingFixture unasked = now();
        unasked.first = Observation.notObserved();
        assertThat(unasked.build().forgotten(SENT, RESTED)).isFalse();
    }

    @Test
    void entryOfMidStreamCountsWhereItTranslatesOtherwiseAndNothingCameBack() {
        assertThat(now().with(pickedUp(ELSEWHERE)).build().replaced(SENT)).isTrue();
        assertThat(now().with(pickedUp(ANSWERED)).build().replaced(SENT)).isFalse();
        assertThat(now().with(established(ELSEWHERE)).build().replaced(SENT)).isFalse();
        assertThat(now().build().replaced(SENT)).isFalse();
        assertThat(now().with(pickedUp(ELSEWHERE))
                        .after(established(ELSEWHERE))
                        .build()
                        .replaced(SENT))
                .isFalse();
        assertThat(now().with(pickedUp(ELSEWHERE))
                        .after(established(ANSWERED))
                        .build()
                        .replaced(SENT))
                .isTrue();
        assertThat(now().with(pickedUp(ELSEWHERE)).firstLook(false, 7).build().replaced(SENT))
                .isFalse();
    }

    @Test
    void earlierEntryMakesItsAbsenceAFact() {
        TrackingFixture blind = now();
        blind.entry = Observation.notObserved();
        blind.others = Observation.none(Source.CONNTRACK);
        Tracking look = blind.build();
        Observation<Tracking.Seen> seen =
                new Fact<>(new Tracking.Seen(NOW - SECOND, established(ANSWERED)), Source.CONNTRACK);
        assertThat(look.after(seen, look.first()).entry().isNone()).isTrue();
        assertThat(look.after(seen, look.first()).unseen()).isNull();
        assertThat(look.after(Observation.notObserved(), look.first()).entry().isNotObserved())
                .isTrue();
        blind.others = Observation.notObserved();
        Tracking refused = blind.build();
        assertThat(refused.after(seen, refused.first()).entry().isNotObserved())
                .as("a look without the right finds nothing out")
                .isTrue();
        assertThat(refused.after(seen, refused.first()).unseen()).isNotNull();
    }

    @Test
    void refusedSegmentsAreThoseSinceTheFirstLook() {
        assertThat(now().firstLook(true, 5).build().refused().or(-1L)).isEqualTo(2);
        assertThat(now().firstLook(true, 7).build().refused().isNone()).isTrue();
        TrackingFixture unknown = now();
        unknown.failures = Observation.notObserved();
        assertThat(unknown.build().refused().isNotObserved()).isTrue();
        TrackingFixture unasked = now();
        unasked.first = Observation.notObserved();
        assertThat(unasked.build().refused().isNotObserved()).isTrue();
    }

    @Test
    void lookHasLostTheEntryThatAHandshakeMade() {
        assertThat(now().build().look().lost()).isTrue();
        assertThat(now().with(pickedUp(ANSWERED)).build().look().lost()).isTrue();
        assertThat(now().with(established(ANSWERED)).build().look().lost()).isFalse();
        TrackingFixture blind = now();
        blind.entry = Observation.notObserved();
        assertThat(blind.build().look().lost()).isFalse();
    }

    @Test
    void translationIsThatOfTheEarlierEntry() {
        assertThat(now().build().wasTranslated()).isFalse();
        assertThat(now().after(established(ANSWERED)).build().wasTranslated()).isFalse();
        assertThat(now().after(established(ELSEWHERE)).build().wasTranslated()).isTrue();
    }

    @Test
    void unseenSaysWhyAndNothingElse() {
        Tracking unseen = Tracking.unseen(NOW, table(600, true), "because");
        assertThat(unseen.entry().isNotObserved()).isTrue();
        assertThat(unseen.unseen()).isEqualTo("because");
        assertThat(unseen.forgotten(SENT, RESTED)).isFalse();
        assertThat(unseen.replaced(SENT)).isFalse();
    }
}
