package dev.finspect.session.feed;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.finspect.fixture.SessionPlay;
import dev.finspect.log.json.JsonRecordEncoder;
import dev.finspect.session.Change;
import dev.finspect.session.SessionEvent;
import dev.finspect.session.SessionRecord;
import dev.finspect.session.watch.DiagnosisSettings;
import dev.finspect.session.watch.PeerSockets;
import dev.finspect.session.watch.RouteDiagnosis;
import dev.finspect.tcp.ConnectResult;
import dev.finspect.tcp.Leg;
import java.io.IOException;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The row of the live stream, as JSON. */
final class LiveRowTest {
    private final SessionPlay play =
            new SessionPlay(RouteDiagnosis.of(DiagnosisSettings.STANDARD, PeerSockets.NONE)).accepted(null, null);

    @Test
    void rowOfASessionThatHangsNamesWhoOwesTheNextStep() throws IOException {
        play.after(2).connected(null).relayed(Leg.CLIENT, 400).after(5).relayed(Leg.UPSTREAM, 40);
        play.after(5).relayed(Leg.CLIENT, 400).after(60_000).looked();
        JsonNode row = json(play.watched.latest(play.nowNanos), EnumSet.of(Change.HUNG, Change.FIRST_BYTES));
        assertThat(row.at("/changes")).hasToString("[\"first_bytes\",\"hung\"]");
        assertThat(row.at("/state").asText()).isEqualTo("open");
        assertThat(row.at("/verdict/id").asText()).isEqualTo("upstream-silent");
        assertThat(row.at("/verdict/sentence").asText()).contains("has not answered for 1 min");
        assertThat(row.at("/verdict/blame_candidates")).isNotEmpty();
        assertThat(row.at("/findings/0/id")).isEqualTo(row.at("/verdict/id"));
        assertThat(row.at("/now/phase").asText()).isEqualTo("waiting");
        assertThat(row.at("/now/owes")).isEqualTo(row.at("/verdict/blame"));
        assertThat(row.at("/phases"))
                .extracting(each -> each.at("/phase").asText())
                .containsSubsequence("connect", "waiting")
                .doesNotContain("closing");
        assertThat(row.at("/phases")).allMatch(each -> each.at("/seconds").asDouble() > 0);
        assertThat(row.at("/client/program").isNull()).isTrue();
        assertThat(row.at("/upstream/tried").isNull()).isTrue();
        assertThat(row.at("/client/data/received_bytes").asInt()).isEqualTo(800);
    }

    @Test
    void findingThatHasClearedIsNoneOfTheRowAnyMore() throws IOException {
        play.after(2).connected(null).relayed(Leg.CLIENT, 400).after(60_000).looked();
        play.relayed(Leg.UPSTREAM, 4).after(100).looked();
        SessionRecord latest = play.watched.latest(play.nowNanos);
        assertThat(latest.diagnosed()).isNotNull();
        assertThat(java.util.Objects.requireNonNull(latest.diagnosed()).findings())
                .isNotEmpty();
        JsonNode row = json(latest, Set.of());
        assertThat(row.at("/findings")).isEmpty();
        assertThat(row.at("/verdict").isNull()).isTrue();
        assertThat(LiveRow.of(latest, Set.of()).hungSinceEpochNanos()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void rowOfAFailedConnectNamesTheUpstreamAndItsCause() throws IOException {
        play.tell(new SessionEvent.AttemptBegun(play.nowNanos, "db:5432", SessionPlay.UPSTREAM))
                .after(1);
        JsonNode trying = json(play.watched.latest(play.nowNanos), Set.of());
        assertThat(trying.at("/upstream/tried").asText()).isEqualTo("198.51.100.9:5432");
        assertThat(trying.at("/state").asText()).isEqualTo("connecting");
        play.attemptFailed(ConnectResult.REFUSED).givenUp(ConnectResult.REFUSED).reset(Leg.CLIENT);
        JsonNode row = json(play.ended(), EnumSet.of(Change.CLOSED));
        assertThat(row.at("/state").asText()).isEqualTo("closed");
        assertThat(row.at("/verdict/id").asText()).isEqualTo("connect-refused");
        assertThat(row.at("/now").isNull()).isTrue();
        assertThat(row.at("/upstream/tried").asText()).isEqualTo("198.51.100.9:5432");
    }

    @Test
    void whatHungUntilTheEndIsTheVerdictOfASessionThatIsOver() throws IOException {
        play.after(2).connected(null).relayed(Leg.CLIENT, 400).after(60_000).looked();
        play.fin(Leg.CLIENT).fin(Leg.UPSTREAM);
        JsonNode row = json(play.ended(), EnumSet.of(Change.CLOSED));
        assertThat(row.at("/verdict/id").asText()).isIn("upstream-silent", "empty-reply");
        assertThat(row.at("/ended_at").isNull()).isFalse();
    }

    private static JsonNode json(SessionRecord record, Set<Change> changes) throws IOException {
        return new ObjectMapper().readTree(new JsonRecordEncoder().encode(LiveRow.of(record, changes)));
    }
}
