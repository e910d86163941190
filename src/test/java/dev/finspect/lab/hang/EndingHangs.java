package dev.finspect.lab.hang;

import static dev.finspect.diagnose.Blame.CONFIGURATION;
import static dev.finspect.diagnose.Blame.NETWORK_TO_UPSTREAM;
import static dev.finspect.diagnose.Blame.UPSTREAM;
import static dev.finspect.diagnose.Confidence.LIKELY;
import static dev.finspect.diagnose.Confidence.POSSIBLE;
import static dev.finspect.diagnose.Confidence.PROVED;
import static dev.finspect.lab.hang.Scenario.hang;
import static dev.finspect.lab.hang.Scenario.nearMiss;
import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.diagnose.Confidence;
import dev.finspect.diagnose.finding.EmptyReply;
import dev.finspect.diagnose.finding.HalfCloseRefused;
import dev.finspect.diagnose.finding.NotClosing;
import dev.finspect.diagnose.finding.ResetAfterIdle;
import dev.finspect.diagnose.finding.ResetInjected;
import dev.finspect.diagnose.finding.ResetWithUnread;
import dev.finspect.diagnose.finding.ReusedWhileClosing;
import dev.finspect.diagnose.finding.StaleConnection;
import dev.finspect.diagnose.finding.UpstreamSilent;
import dev.finspect.lab.hang.Place.Pair;
import dev.finspect.lab.hang.Site.Kind;
import dev.finspect.lab.net.Rule;
import dev.finspect.lab.net.Rule.Hook;
import java.util.ArrayList;
import java.util.List;

/** Sessions that end badly. */
final class EndingHangs {
    private static final String RST = " tcp flags & rst == rst";
    private static final String PAYLOAD = " tcp flags & psh == psh";
    private static final int FAR_AWAY_HOPS = 50;

    private EndingHangs() {}

    static List<Scenario> all() {
        List<Scenario> all = new ArrayList<>();
        for (Kind kind : List.of(Kind.ROW, Kind.LOOPBACK, Kind.ROW_USER, Kind.ROW_TPROXY)) {
            all.add(afterIdle(kind, kind == Kind.ROW_USER ? POSSIBLE : LIKELY));
            all.add(nearMiss(kind, ResetAfterIdle.ID, "server closes what rests, and is heeded", place -> {
                Pair pair = place.exchanged();
                place.letPass();
                pair.server().close();
                Place.heardTheEnd(pair.client());
                pair.client().close();
            }));
            all.add(reused(kind));
            all.add(withUnread(kind, kind == Kind.ROW_USER ? POSSIBLE : LIKELY));
            all.add(nearMiss(kind, ResetWithUnread.ID, "server resets when all is answered", place -> {
                Pair pair = place.exchanged();
                pair.server().setSoLinger(true, 0);
                pair.server().close();
                place.closedRecord();
            }));
            all.add(halfCloseRefused(kind));
            all.add(nearMiss(kind, HalfCloseRefused.ID, "half-close is answered", place -> {
                Pair pair = place.pair();
                Place.say(pair.client());
                pair.client().shutdownOutput();
                Place.hear(pair.server());
                Place.heardTheEnd(pair.server());
                Place.say(pair.server());
                pair.server().close();
                Place.hear(pair.client());
                Place.heardTheEnd(pair.client());
            }));
            all.add(hang(kind, EmptyReply.ID, UPSTREAM, LIKELY, "request is read, and closed upon", place -> {
                Pair pair = place.pair();
                Place.say(pair.client());
                Place.hear(pair.server());
                pair.server().close();
                Place.heardTheEnd(pair.client());
                pair.client().close();
            }));
            all.add(nearMiss(kind, EmptyReply.ID, "client leaves after its last word", place -> {
                Pair pair = place.exchanged();
                pair.client().getOutputStream().write(new byte[5]);
                pair.client().shutdownOutput();
                assertThat(pair.server().getInputStream().readAllBytes()).hasSize(5);
                pair.server().close();
                Place.heardTheEnd(pair.client());
            }));
        }
        for (Kind kind : List.of(Kind.ROW, Kind.LOOPBACK_USER)) {
            all.add(hang(kind, StaleConnection.ID, CONFIGURATION, PROVED, "request long after the FIN", place -> {
                        Pair pair = place.exchanged();
                        pair.server().close();
                        Place.heardTheEnd(pair.client());
                        place.letPass();
                        Place.say(pair.client());
                        place.closedRecord();
                    })
                    .after(NotClosing.CLIENT));
            all.add(nearMiss(kind, StaleConnection.ID, "goodbye after the FIN", place -> {
                Pair pair = place.exchanged();
                pair.server().close();
                Place.heardTheEnd(pair.client());
                pair.client().getOutputStream().write(new byte[31]);
                pair.client().close();
                place.closedRecord();
            }));
        }
        all.add(nearMiss(Kind.ROW, ReusedWhileClosing.ID, "server reads on after its own end", place -> {
            Pair pair = place.exchanged();
            pair.server().shutdownOutput();
            Place.say(pair.client());
            Place.hear(pair.server());
            Place.heardTheEnd(pair.client());
            pair.client().close();
            Place.heardTheEnd(pair.server());
        }));
        all.add(seenUnread(Kind.LOOPBACK));
        all.add(seenUnread(Kind.LOOPBACK_USER));
        all.add(injected(Kind.ROW));
        all.add(injected(Kind.ROW_TPROXY));
        all.add(nearMiss(Kind.ROW, ResetInjected.ID, "server far away resets by itself", place -> {
            farAway(place);
            Pair pair = place.exchanged();
            pair.server().setSoLinger(true, 0);
            pair.server().close();
            place.closedRecord();
        }));
        return all;
    }

    /** The server's kernel forgets the connection without a word, as one behind a filter with a time-out does. */
    private static Scenario afterIdle(Kind kind, Confidence confidence) {
        return hang(kind, ResetAfterIdle.ID, UPSTREAM, confidence, "server forgot it at rest", place -> {
                    Pair pair = place.exchanged();
                    Rule silence = place.rule(Rule.drop(place.hosts().server(), Hook.OUTPUT, place.fromServer() + RST));
                    pair.server().setSoLinger(true, 0);
                    pair.server().close();
                    assertThat(silence.packets()).isEqualTo(1);
                    place.away(silence);
                    place.letPass();
                    Place.say(pair.client());
                    place.closedRecord();
                })
                // On a busy machine the exchange before can take longer than the lab's threshold.
                .with("silence", "60s")
                .with("unread", "60s");
    }

    private static Scenario reused(Kind kind) {
        return hang(kind, ReusedWhileClosing.ID, CONFIGURATION, LIKELY, "request crosses the FIN", place -> {
                    Pair pair = place.exchanged();
                    place.letPass();
                    pair.server().close();
                    Place.heardTheEnd(pair.client());
                    Place.say(pair.client());
                    place.closedRecord();
                })
                .or(StaleConnection.ID);
    }

    private static Scenario withUnread(Kind kind, Confidence confidence) {
        return hang(kind, ResetWithUnread.ID, UPSTREAM, confidence, "server reads one byte and closes", place -> {
            Pair pair = place.pair();
            Place.say(pair.client());
            assertThat(pair.server().getInputStream().read()).isZero();
            pair.server().close();
            place.closedRecord();
        });
    }

    private static Scenario seenUnread(Kind kind) {
        return hang(kind, ResetWithUnread.ID, UPSTREAM, PROVED, "unread bytes were seen before", place -> {
                    Pair pair = place.pair();
                    Place.say(pair.client());
                    Place.until(
                            "no session.hung",
                            Place.Step.NONE,
                            () -> place.lines().stream()
                                    .anyMatch(l -> l.at("/finding/id").asText().equals("upstream-silent")));
                    assertThat(pair.server().getInputStream().read()).isZero();
                    pair.server().close();
                    place.closedRecord();
                })
                .after(UpstreamSilent.ID);
    }

    private static Scenario injected(Kind kind) {
        return hang(kind, ResetInjected.ID, NETWORK_TO_UPSTREAM, LIKELY, "a box on the way resets", place -> {
            farAway(place);
            Pair pair = place.exchanged();
            place.rule(Rule.rejectWithReset(place.hosts().server(), Hook.INPUT, place.toServer() + PAYLOAD));
            Place.say(pair.client());
            place.closedRecord();
        });
    }

    /** From now on the server's own segments have come a long way; what others send in its name has not. */
    private static void farAway(Place place) {
        place.rule(Rule.timeToLive(
                place.hosts().server(), Hook.OUTPUT, place.fromServer() + " meta skuid 0", FAR_AWAY_HOPS));
    }

    /** The kernel of the server's host resets as soon as the FIN is there. */
    private static Scenario halfCloseRefused(Kind kind) {
        return hang(kind, HalfCloseRefused.ID, UPSTREAM, POSSIBLE, "FIN is answered with RST", place -> {
            Pair pair = place.pair();
            place.rule(Rule.rejectWithReset(
                    place.hosts().server(), Hook.INPUT, place.toServer() + " tcp flags & fin == fin"));
            Place.say(pair.client());
            Place.hear(pair.server());
            pair.client().shutdownOutput();
            place.closedRecord();
        });
    }
}
