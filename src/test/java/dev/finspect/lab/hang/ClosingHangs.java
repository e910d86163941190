package dev.finspect.lab.hang;

import static dev.finspect.diagnose.Blame.CLIENT;
import static dev.finspect.diagnose.Blame.NETWORK_TO_CLIENT;
import static dev.finspect.diagnose.Blame.NETWORK_TO_UPSTREAM;
import static dev.finspect.diagnose.Blame.UPSTREAM;
import static dev.finspect.diagnose.Confidence.LIKELY;
import static dev.finspect.diagnose.Confidence.POSSIBLE;
import static dev.finspect.diagnose.Confidence.PROVED;
import static dev.finspect.lab.hang.Scenario.hang;
import static dev.finspect.lab.hang.Scenario.nearMiss;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.finspect.diagnose.Blame;
import dev.finspect.diagnose.Confidence;
import dev.finspect.diagnose.FindingId;
import dev.finspect.diagnose.finding.FinLost;
import dev.finspect.diagnose.finding.NetworkLoss;
import dev.finspect.diagnose.finding.NotClosing;
import dev.finspect.diagnose.finding.PeerVanished;
import dev.finspect.diagnose.finding.StreamGap;
import dev.finspect.lab.hang.Place.Pair;
import dev.finspect.lab.hang.Site.Kind;
import dev.finspect.lab.net.Rule;
import dev.finspect.lab.net.Rule.Hook;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/** A peer does not close, or its segments no longer arrive. */
final class ClosingHangs {
    private static final String PAYLOAD = " tcp flags & psh == psh";
    private static final String LARGE = " meta length > 1000";
    private static final int SEVERAL_PACKETS = 5_000;
    private static final String FIN = " tcp flags & fin == fin";

    private ClosingHangs() {}

    static List<Scenario> all() {
        List<Scenario> all = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            // The program that has closed its end still has its socket, and may wait for more.
            all.add(notClosing(kind, false, LIKELY));
            all.add(notClosing(kind, true, LIKELY));
            all.add(halfClosedActive(kind, false));
            all.add(halfClosedActive(kind, true));
        }
        for (Kind kind : List.of(Kind.ROW, Kind.ROW_USER, Kind.ROW_TPROXY)) {
            // Without a capture of the answers nobody can say that the peer's kernel does not drop what it gets.
            Confidence confidence = kind == Kind.ROW_USER ? LIKELY : PROVED;
            all.add(finLost(kind, confidence));
            all.add(loss(kind, false, confidence));
            all.add(loss(kind, true, confidence));
            all.add(cutOff(kind));
            all.add(nearMiss(kind, StreamGap.ID, "first large packet is lost", place -> {
                Pair pair = place.exchanged();
                place.rule(Rule.dropFirst(1, place.hosts().server(), Hook.OUTPUT, place.fromServer() + LARGE));
                Place.say(pair.client());
                Place.hear(pair.server());
                pair.server().getOutputStream().write(new byte[SEVERAL_PACKETS]);
                assertThat(pair.client().getInputStream().readNBytes(SEVERAL_PACKETS))
                        .hasSize(SEVERAL_PACKETS);
                place.letPass();
            }));
            all.add(nearMiss(kind, FinLost.ID, "first FIN is lost", place -> {
                Pair pair = place.exchanged();
                place.rule(Rule.dropFirst(1, place.hosts().server(), Hook.INPUT, place.toServer() + FIN));
                pair.client().shutdownOutput();
                Place.heardTheEnd(pair.server());
                pair.server().close();
                Place.heardTheEnd(pair.client());
                place.letPass();
            }));
            all.add(nearMiss(kind, NetworkLoss.ID, "two segments are lost", place -> {
                Pair pair = place.exchanged();
                place.rule(Rule.dropFirst(2, place.hosts().server(), Hook.INPUT, place.toServer() + PAYLOAD));
                Place.exchange(pair);
                place.letPass();
            }));
        }
        for (Kind kind : List.of(Kind.ROW, Kind.ROW_TPROXY)) {
            all.add(linkDown(kind, false));
            all.add(linkDown(kind, true));
        }
        all.add(nearMiss(Kind.ROW, PeerVanished.ID, "link is down while nobody speaks", place -> {
                    Pair pair = place.exchanged();
                    place.letPassAfter(() -> place.hosts().client().ip("link set client0 down"));
                    place.hosts().client().ip("link set client0 up");
                    place.hosts().client().ip("route add default via 10.77.1.1");
                    Place.exchange(pair);
                })
                .onItsOwn());
        return all;
    }

    private static Scenario notClosing(Kind kind, boolean client, Confidence confidence) {
        FindingId row = client ? NotClosing.CLIENT : NotClosing.UPSTREAM;
        return hang(
                kind, row, client ? CLIENT : UPSTREAM, confidence, "has heard the end and does not close", place -> {
                    Pair pair = place.exchanged();
                    Socket first = client ? pair.server() : pair.client();
                    Socket second = client ? pair.client() : pair.server();
                    first.shutdownOutput();
                    Place.heardTheEnd(second);
                    place.hangs();
                    // The peer's CLOSE-WAIT is queried after the first finding.
                    place.letPass();
                    second.close();
                    Place.heardTheEnd(first);
                });
    }

    /** Not a hang, but reported as a finding that blames nobody. */
    private static Scenario halfClosedActive(Kind kind, boolean client) {
        FindingId row = client ? NotClosing.CLIENT : NotClosing.UPSTREAM;
        return nearMiss(kind, row, "has heard the end and sends on", place -> {
            Pair pair = place.exchanged();
            Socket first = client ? pair.server() : pair.client();
            Socket second = client ? pair.client() : pair.server();
            first.shutdownOutput();
            Place.heardTheEnd(second);
            place.letPass(() -> {
                Place.say(second);
                Place.hear(first);
            });
            List<JsonNode> found = new ArrayList<>();
            place.living().at("/findings").forEach(found::add);
            assertThat(found).singleElement().satisfies(finding -> {
                assertThat(finding.at("/id").asText()).isEqualTo("half-closed-active");
                assertThat(finding.at("/blame").asText()).isEqualTo("nobody");
                assertThat(finding.at("/confidence").asText()).isEqualTo("proved");
            });
            second.close();
            Place.heardTheEnd(first);
        });
    }

    private static Scenario finLost(Kind kind, Confidence confidence) {
        return hang(kind, FinLost.ID, NETWORK_TO_UPSTREAM, confidence, "a filter drops FINs", place -> {
            Pair pair = place.exchanged();
            Rule loss = place.rule(Rule.drop(place.hosts().server(), Hook.INPUT, place.toServer() + FIN));
            pair.client().shutdownOutput();
            place.hangs(new Every(100, () -> {
                Place.say(pair.server());
                Place.hear(pair.client());
            }));
            place.away(loss);
            Place.heardTheEnd(pair.server());
            place.recovers();
        });
    }

    private static Scenario loss(Kind kind, boolean client, Confidence confidence) {
        Blame blame = client ? NETWORK_TO_CLIENT : NETWORK_TO_UPSTREAM;
        String where = client ? "client" : "upstream";
        return hang(kind, NetworkLoss.ID, blame, confidence, "payload to the " + where + " is dropped", place -> {
                    Pair pair = place.exchanged();
                    Socket deaf = client ? pair.client() : pair.server();
                    Socket other = client ? pair.server() : pair.client();
                    Rule loss = place.rule(Rule.drop(
                            client ? place.hosts().client() : place.hosts().server(),
                            Hook.INPUT,
                            (client ? place.toClient() : place.toServer()) + PAYLOAD));
                    Place.say(other);
                    place.hangs(new Every(100, () -> {
                        Place.say(deaf);
                        Place.hear(other);
                    }));
                    place.away(loss);
                    Place.hear(deaf);
                    place.recovers();
                })
                // The last bytes of the side that receives nothing have no answer; the scenario is about something
                // else.
                .with("silence", "60s");
    }

    private static Scenario cutOff(Kind kind) {
        return hang(
                        kind,
                        PeerVanished.ID,
                        NETWORK_TO_UPSTREAM,
                        POSSIBLE,
                        "a filter drops everything both ways",
                        place -> {
                            Pair pair = place.exchanged();
                            Rule there = place.rule(Rule.drop(place.hosts().server(), Hook.INPUT, place.toServer()));
                            Rule back = place.rule(Rule.drop(place.hosts().server(), Hook.OUTPUT, place.fromServer()));
                            Place.say(pair.client());
                            place.hangs();
                            place.away(there);
                            place.away(back);
                            Place.hear(pair.server());
                            place.recovers();
                        })
                .after(NetworkLoss.ID)
                .with("silence", "60s");
    }

    private static Scenario linkDown(Kind kind, boolean client) {
        String name = client ? "the client's link goes down" : "the server's link goes down";
        return hang(kind, PeerVanished.ID, client ? CLIENT : UPSTREAM, POSSIBLE, name, place -> {
                    Pair pair = place.exchanged();
                    if (client) {
                        place.hosts().client().ip("link set client0 down");
                        Place.say(pair.server());
                    } else {
                        place.hosts().server().ip("link set server0 down");
                        Place.say(pair.client());
                    }
                    place.hangs();
                    if (client) {
                        place.hosts().client().ip("link set client0 up");
                        place.hosts().client().ip("route add default via 10.77.1.1");
                        Place.hear(pair.client());
                    } else {
                        place.hosts().server().ip("link set server0 up");
                        place.hosts().server().ip("route add 10.77.1.0/24 via 10.77.2.1");
                        Place.hear(pair.server());
                        Place.say(pair.server());
                        Place.hear(pair.client());
                    }
                    place.recovers();
                })
                .onItsOwn()
                .after(NetworkLoss.ID);
    }
}
