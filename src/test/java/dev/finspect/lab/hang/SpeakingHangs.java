package dev.finspect.lab.hang;

import static dev.finspect.diagnose.Blame.CLIENT;
import static dev.finspect.diagnose.Blame.CONFIGURATION;
import static dev.finspect.diagnose.Blame.UPSTREAM;
import static dev.finspect.diagnose.Confidence.LIKELY;
import static dev.finspect.diagnose.Confidence.POSSIBLE;
import static dev.finspect.diagnose.Confidence.PROVED;
import static dev.finspect.lab.hang.Place.Pair;
import static dev.finspect.lab.hang.Place.Step;
import static dev.finspect.lab.hang.Scenario.hang;
import static dev.finspect.lab.hang.Scenario.nearMiss;

import dev.finspect.diagnose.finding.ClientSilent;
import dev.finspect.diagnose.finding.NobodySpeaks;
import dev.finspect.diagnose.finding.UpstreamSilent;
import dev.finspect.lab.hang.Site.Kind;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/** A peer does not send. */
final class SpeakingHangs {
    private SpeakingHangs() {}

    static List<Scenario> all() {
        List<Scenario> all = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            all.add(silentUpstream(kind));
        }
        for (Kind kind : List.of(Kind.LOOPBACK, Kind.LOOPBACK_USER)) {
            all.add(unreadUpstream(kind));
        }
        for (Kind kind : List.of(Kind.ROW, Kind.ROW_USER, Kind.ROW_TPROXY)) {
            all.add(hang(kind, ClientSilent.ID, CLIENT, POSSIBLE, "client never replies to a greeting", place -> {
                Pair pair = place.pair();
                Place.say(pair.server());
                Place.hear(pair.client());
                place.hangs();
                // The upstream owes nothing while the recovery is awaited.
                Place.exchange(pair);
                place.recovers();
            }));
        }
        all.add(stoppedProgram());
        all.add(hang(Kind.LOOPBACK, ClientSilent.ID, CLIENT, LIKELY, "client does not read a greeting", place -> {
            Pair pair = place.pair();
            Place.say(pair.server());
            place.hangs();
            // A program that only pauses is ruled out later.
            place.isSure();
        }));
        for (Kind kind : List.of(Kind.ROW, Kind.LOOPBACK, Kind.ROW_USER, Kind.ROW_TPROXY)) {
            all.add(hang(kind, NobodySpeaks.ID, CONFIGURATION, POSSIBLE, "each waits for the other", place -> {
                Pair pair = place.pair();
                place.hangs();
                Place.exchange(pair);
                place.recovers();
            }));
        }
        all.addAll(nearMisses());
        return all;
    }

    private static Scenario silentUpstream(Kind kind) {
        return hang(kind, UpstreamSilent.ID, UPSTREAM, POSSIBLE, "request is read and not answered", place -> {
            Pair pair = place.exchanged();
            Place.say(pair.client());
            Place.hear(pair.server());
            place.hangs();
            Place.say(pair.server());
            Place.hear(pair.client());
            place.recovers();
            // A reset right after the answer would end a rest, as that of a client which has forgotten the connection.
            Place.exchange(pair);
        });
    }

    private static Scenario unreadUpstream(Kind kind) {
        return hang(kind, UpstreamSilent.ID, UPSTREAM, PROVED, "request is not read", place -> {
                    Pair pair = place.exchanged();
                    Place.say(pair.client());
                    place.hangs();
                    place.says("has not read");
                    place.isSure();
                    Place.hear(pair.server());
                    Place.say(pair.server());
                    Place.hear(pair.client());
                    place.recovers();
                })
                // The client is reset right after its answer, which ends an idle time by then.
                .with("idle_before_reset", "60s");
    }

    private static Scenario stoppedProgram() {
        return hang(Kind.LOOPBACK, UpstreamSilent.ID, UPSTREAM, PROVED, "server's program is stopped", place -> {
                    NetcatServer server = place.keep(NetcatServer.start(place));
                    Socket client = place.connect();
                    Place.say(client);
                    server.received(Place.TURN_BYTES);
                    server.stopped();
                    Place.say(client);
                    place.hangs();
                    place.says("program nc");
                    place.isSure();
                    server.continued();
                    server.received(2 * Place.TURN_BYTES);
                    place.recovers();
                    client.shutdownOutput();
                    Place.heardTheEnd(client);
                })
                // After it has read everything, it never answers.
                .with("silence", "60s");
    }

    private static List<Scenario> nearMisses() {
        List<Scenario> all = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            all.add(nearMiss(kind, UpstreamSilent.ID, "pooled connection at rest", place -> {
                Pair pair = place.exchanged();
                place.letPass();
                Place.exchange(pair);
            }));
        }
        all.add(nearMiss(Kind.ROW, UpstreamSilent.ID, "long poll below the threshold", place -> {
                    Pair pair = place.exchanged();
                    Place.say(pair.client());
                    Place.hear(pair.server());
                    place.letPass();
                    Place.say(pair.server());
                    Place.hear(pair.client());
                    Place.finish(pair);
                })
                .with("silence", "60s"));
        all.add(nearMiss(Kind.ROW, UpstreamSilent.ID, "server that took as long before", place -> {
                    Pair pair = place.pair();
                    Place.say(pair.client());
                    place.letPass();
                    Place.say(pair.server());
                    Place.exchange(pair);
                })
                .with("silence", "60s"));
        for (Kind kind : List.of(Kind.ROW, Kind.LOOPBACK, Kind.ROW_USER, Kind.ROW_TPROXY)) {
            all.add(nearMiss(kind, UpstreamSilent.ID, "client pushes and wants no answer", place -> {
                        Pair pair = place.pair();
                        Every second = new Every(1_300, () -> {
                            Place.say(pair.client());
                            Place.hear(pair.server());
                        });
                        place.letPass(second);
                    })
                    .with("silence", "9s"));
            all.add(nearMiss(kind, ClientSilent.ID, "server pushes and wants no answer", place -> {
                Pair pair = place.exchanged();
                place.letPass(new Every(200, () -> {
                    Place.say(pair.server());
                    Place.hear(pair.client());
                }));
            }));
        }
        all.add(nearMiss(Kind.LOOPBACK, ClientSilent.ID, "greeting was read and replied to", place -> {
            Pair pair = place.pair();
            Place.say(pair.server());
            Place.hear(pair.client());
            Place.say(pair.client());
            Place.hear(pair.server());
            Place.say(pair.server());
            Place.hear(pair.client());
            place.letPass();
        }));
        all.add(nearMiss(Kind.ROW, NobodySpeaks.ID, "session that is ended without a word", place -> {
            Pair pair = place.pair();
            pair.client().shutdownOutput();
            Place.heardTheEnd(pair.server());
            pair.server().close();
            Place.heardTheEnd(pair.client());
            place.letPass(Step.NONE);
        }));
        return all;
    }
}
