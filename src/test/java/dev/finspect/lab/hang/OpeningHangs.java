package dev.finspect.lab.hang;

import static dev.finspect.diagnose.Blame.NETWORK_TO_UPSTREAM;
import static dev.finspect.diagnose.Blame.UPSTREAM;
import static dev.finspect.diagnose.Confidence.LIKELY;
import static dev.finspect.diagnose.Confidence.POSSIBLE;
import static dev.finspect.diagnose.Confidence.PROVED;
import static dev.finspect.lab.hang.Scenario.hang;
import static dev.finspect.lab.hang.Scenario.nearMiss;
import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.diagnose.Blame;
import dev.finspect.diagnose.Confidence;
import dev.finspect.diagnose.FindingId;
import dev.finspect.diagnose.finding.BacklogFull;
import dev.finspect.diagnose.finding.ConnectRefused;
import dev.finspect.diagnose.finding.ConnectUnreachable;
import dev.finspect.diagnose.finding.NetworkLoss;
import dev.finspect.diagnose.finding.SynUnanswered;
import dev.finspect.diagnose.finding.UpstreamNotAccepting;
import dev.finspect.diagnose.finding.UpstreamSilent;
import dev.finspect.lab.hang.Place.Pair;
import dev.finspect.lab.hang.Site.Kind;
import dev.finspect.lab.net.Rule;
import dev.finspect.lab.net.Rule.Hook;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;

/** A connection is not established, or only one end of it is. */
final class OpeningHangs {
    /** The usual upstream, to which an attempt to connect may take long; of no effect where it is the original destination. */
    private static final String PATIENT = "SELF\n    timeouts: {connect: 3m}";

    private OpeningHangs() {}

    static List<Scenario> all() {
        List<Scenario> all = new ArrayList<>();
        for (Kind kind : List.of(Kind.LOOPBACK, Kind.LOOPBACK_USER)) {
            all.add(notAccepting(kind));
            all.add(backlogFull(kind));
            all.add(synsDropped(kind, POSSIBLE));
        }
        for (Kind kind : List.of(Kind.ROW, Kind.ROW_USER, Kind.ROW_TPROXY)) {
            all.add(synsDropped(kind, POSSIBLE));
            all.add(refused(kind, kind == Kind.ROW_USER ? POSSIBLE : LIKELY));
            all.add(nearMiss(kind, SynUnanswered.ID, "first SYN is lost", place -> {
                place.listen(5);
                Rule loss = place.rule(
                        Rule.dropFirst(1, place.hosts().server(), Hook.INPUT, place.toServer() + " " + Rule.SYN));
                Pair pair = new Pair(place.connect(), place.accept());
                assertThat(loss.packets()).isEqualTo(1);
                Place.exchange(pair);
                place.letPass();
            }));
        }
        for (Kind kind : List.of(Kind.ROW, Kind.ROW_USER)) {
            all.add(unreachable(kind, kind == Kind.ROW ? PROVED : LIKELY));
            all.add(nearMiss(kind, ConnectRefused.ID, "second address of the route answers", place -> {
                        Place.exchange(place.pair());
                        place.letPass();
                    })
                    .towards("['10.77.2.2:9', SELF]"));
            all.add(nearMiss(kind, ConnectUnreachable.ID, "second address of the route is reached", place -> {
                        Place.exchange(place.pair());
                        place.letPass();
                    })
                    .towards("['10.78.0.1:80', SELF]"));
        }
        all.add(rejected(Kind.ROW, ConnectUnreachable.ID, NETWORK_TO_UPSTREAM, PROVED));
        all.add(rejected(Kind.ROW_TPROXY, ConnectUnreachable.ID, NETWORK_TO_UPSTREAM, PROVED));
        all.add(rejected(Kind.ROW_USER, ConnectRefused.ID, NETWORK_TO_UPSTREAM, POSSIBLE));
        all.add(notAcceptingFromAfar(Kind.ROW));
        all.add(notAcceptingFromAfar(Kind.ROW_TPROXY));
        all.add(backlogFullFromAfar());
        all.add(nearMiss(Kind.LOOPBACK, UpstreamNotAccepting.ID, "program accepts, and rests", place -> {
                    place.exchanged();
                    place.letPass();
                })
                .with("accept", "1s"));
        all.add(nearMiss(Kind.LOOPBACK, BacklogFull.ID, "queue has room for one more", place -> {
            place.listen(5);
            for (int i = 0; i < 3; i++) {
                place.connectPast();
            }
            Socket client = place.connect();
            for (int i = 0; i < 3; i++) {
                place.accept();
            }
            Place.exchange(new Pair(client, place.accept()));
            place.letPass();
        }));
        return all;
    }

    private static Scenario notAccepting(Kind kind) {
        return hang(kind, UpstreamNotAccepting.ID, UPSTREAM, PROVED, "accept() is not called", place -> {
                    place.listen(5);
                    Socket client = place.connect();
                    Place.say(client);
                    place.hangs();
                    Pair pair = new Pair(client, place.accept());
                    Place.hear(pair.server());
                    Place.say(pair.server());
                    Place.hear(client);
                    place.recovers();
                })
                .with("accept", "1s")
                .with("unread", "12s")
                .with("silence", "12s");
    }

    private static Scenario notAcceptingFromAfar(Kind kind) {
        return hang(kind, UpstreamSilent.ID, UPSTREAM, POSSIBLE, "accept() is not called, from afar", place -> {
            place.listen(5);
            Place.say(place.connect());
            place.hangs();
        });
    }

    private static Scenario backlogFull(Kind kind) {
        return hang(kind, BacklogFull.ID, UPSTREAM, PROVED, "listener's queue is full", place -> {
                    place.listen(1);
                    place.connectPast();
                    place.connectPast();
                    Socket client = place.connect();
                    Place.say(client);
                    place.hangs();
                    place.accept();
                    place.accept();
                    Pair pair = new Pair(client, place.accept());
                    Place.hear(pair.server());
                    Place.say(pair.server());
                    Place.hear(client);
                    place.recovers();
                })
                // On a busy machine the usual ten seconds can be over before the queue is emptied.
                .towards(PATIENT)
                .after(SynUnanswered.ID);
    }

    /** The handshake is finished for finspect alone; what it sends meets a queue that has filled up. */
    private static Scenario backlogFullFromAfar() {
        return hang(Kind.ROW, BacklogFull.ID, UPSTREAM, POSSIBLE, "queue fills up meanwhile", place -> {
                    place.listen(1);
                    Rule late = place.rule(Rule.drop(
                            place.hosts().server(),
                            Hook.INPUT,
                            "ip saddr 10.77.2.1 " + place.toServer() + " tcp flags & syn == 0"));
                    Socket client = place.connect();
                    Place.say(client);
                    Place.until("no SYN-ACK", Place.Step.NONE, () -> late.packets() > 0);
                    place.connectPast();
                    place.connectPast();
                    place.away(late);
                    place.hangs();
                })
                .after(NetworkLoss.ID, UpstreamSilent.ID);
    }

    private static Scenario synsDropped(Kind kind, Confidence confidence) {
        return hang(kind, SynUnanswered.ID, NETWORK_TO_UPSTREAM, confidence, "a filter drops SYNs", place -> {
                    place.listen(5);
                    Rule loss = place.rule(
                            Rule.drop(place.hosts().server(), Hook.INPUT, place.toServer() + " " + Rule.SYN));
                    Socket client = place.connect();
                    Place.say(client);
                    place.hangs();
                    if (kind.isOneHost()) {
                        // A listener that does not accept is ruled out later, by a look at its socket.
                        place.blamesAlone();
                    }
                    place.away(loss);
                    Pair pair = new Pair(client, place.accept());
                    Place.hear(pair.server());
                    Place.say(pair.server());
                    Place.hear(client);
                    place.recovers();
                })
                .towards(PATIENT);
    }

    private static Scenario refused(Kind kind, Confidence confidence) {
        return hang(kind, ConnectRefused.ID, UPSTREAM, confidence, "nobody listens", OpeningHangs::inVain);
    }

    private static Scenario unreachable(Kind kind, Confidence confidence) {
        return hang(
                        kind,
                        ConnectUnreachable.ID,
                        NETWORK_TO_UPSTREAM,
                        confidence,
                        "no way leads there",
                        OpeningHangs::inVain)
                .towards("'10.78.0.1:80'");
    }

    /** Without rights, errno is all there is, and it is that of an RST. */
    private static Scenario rejected(Kind kind, FindingId row, Blame blame, Confidence confidence) {
        return hang(kind, row, blame, confidence, "a filter rejects with ICMP port unreachable", place -> {
            place.rule(Rule.rejectWithIcmp(
                    place.hosts().server(), Hook.INPUT, place.toServer() + " " + Rule.SYN, "port-unreachable"));
            inVain(place);
        });
    }

    /** Connects, and is cut off. */
    static void inVain(Place place) throws Exception {
        try {
            Place.heardTheEnd(place.connect());
        } catch (SocketException e) {
            // The RST can be here before connect() has returned.
            assertThat((IOException) e).hasMessageContaining("reset");
        }
    }
}
