package dev.finspect.lab.hang;

import static dev.finspect.diagnose.Blame.NAME_SERVICE;
import static dev.finspect.diagnose.Confidence.LIKELY;
import static dev.finspect.lab.hang.Scenario.hang;
import static dev.finspect.lab.hang.Scenario.nearMiss;

import dev.finspect.diagnose.finding.ConnectRefused;
import dev.finspect.diagnose.finding.NameSlow;
import dev.finspect.diagnose.finding.NameStale;
import dev.finspect.lab.hang.Place.Pair;
import dev.finspect.lab.hang.Site.Kind;
import dev.finspect.lab.net.PromptSocket;
import dev.finspect.lab.net.Rule;
import dev.finspect.lab.net.Rule.Hook;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/** The look-up of the upstream's name takes long, or what it brought is not true any more. */
final class NameHangs {
    /** An attempt to connect to the name may take long. */
    private static final String PATIENT = "NAME\n    timeouts: {connect: 3m}";

    /** As long as finspect keeps an answer at most. */
    private static final int TTL_SECONDS = 30;

    /** As many as it takes until finspect's client for names has warmed up, and its answer is kept. */
    private static final int CLIENTS = 3;

    private static final int LATE_MILLIS = 4_000;

    /** After which time an answer is old, and a bit. */
    private static final int OLD_MILLIS = 1_500;

    private NameHangs() {}

    static List<Scenario> all() {
        List<Scenario> all = new ArrayList<>();
        for (Kind kind : List.of(Kind.ROW, Kind.ROW_USER, Kind.LOOPBACK, Kind.LOOPBACK_USER)) {
            all.add(neverAnswered(kind));
            all.add(takenOut(kind));
        }
        all.add(hang(Kind.ROW, NameSlow.ID, NAME_SERVICE, LIKELY, "the name server answers late", place -> {
                    place.site.names.knows(place.name(), TTL_SECONDS, server(place));
                    place.site.names.answersAfter(place.name(), LATE_MILLIS);
                    Place.exchange(place.pair());
                })
                .with("connect", "1s")
                .towards("NAME"));
        all.add(nearMiss(Kind.ROW, NameSlow.ID, "the name server answers at once", place -> {
                    place.site.names.knows(place.name(), TTL_SECONDS, server(place));
                    Place.exchange(place.pair());
                    place.letPass();
                })
                .towards("NAME"));
        all.add(oldOneRefuses(Kind.ROW));
        all.add(oldOneRefuses(Kind.ROW_USER));
        all.add(nearMiss(Kind.ROW, NameStale.ID, "the answer changes, and the old address lives on", place -> {
                    place.site.names.knows(place.name(), TTL_SECONDS, server(place));
                    Place.finish(place.exchanged());
                    Place.finish(place.exchanged());
                    place.site.names.knows(place.name(), TTL_SECONDS, place.secondAddress());
                    Place.exchange(place.pair());
                    place.letPass();
                })
                .towards("NAME"));
        return all;
    }

    private static Scenario neverAnswered(Kind kind) {
        return hang(kind, NameSlow.ID, NAME_SERVICE, LIKELY, "the name server never answers", place -> {
                    place.site.names.silentAbout(place.name());
                    OpeningHangs.inVain(place);
                })
                .towards("NAME");
    }

    /**
     * The old address answers no SYN any more while finspect still has it for the name. When it refuses in the end, finspect goes
     * on to the new one.
     */
    private static Scenario takenOut(Kind kind) {
        return hang(kind, NameStale.ID, NAME_SERVICE, LIKELY, "the address is taken out of the name", place -> {
                    InetAddress old = served(place);
                    place.site.names.knows(place.name(), TTL_SECONDS, server(place));
                    Rule loss = place.rule(Rule.drop(
                            place.hosts().server(),
                            Hook.INPUT,
                            "ip daddr " + old.getHostAddress() + " " + place.toServer() + " " + Rule.SYN));
                    place.listen(5);
                    Socket client = place.connect();
                    Place.say(client);
                    place.hangs();
                    place.away(loss);
                    Pair pair = new Pair(client, place.accept());
                    Place.hear(pair.server());
                    Place.say(pair.server());
                    Place.hear(client);
                    place.recovers();
                })
                // Where the machine is slow, a look falls between the refusal and the next attempt.
                .after(ConnectRefused.ID)
                .towards(PATIENT);
    }

    /** The name is asked for again, and what it has by now serves: nobody is kept waiting. */
    private static Scenario oldOneRefuses(Kind kind) {
        return nearMiss(kind, NameStale.ID, "the old address refuses, the new one serves", place -> {
                    served(place);
                    place.site.names.knows(place.name(), TTL_SECONDS, server(place));
                    Every old = new Every(OLD_MILLIS, Place.Step.NONE);
                    old.take();
                    Place.until("time stands still", Place.Step.NONE, old::isDue);
                    Place.exchange(place.pair());
                    place.letPass();
                })
                .towards("NAME");
    }

    /** The name has a second address of the server; a client was served there, and nobody listens there any more. */
    private static InetAddress served(Place place) throws Exception {
        InetAddress second = place.secondAddress();
        place.site.names.knows(place.name(), TTL_SECONDS, second);
        try (ServerSocket listener = place.hosts().server().in(() -> {
            ServerSocket opened = new PromptSocket.Listener();
            opened.setReuseAddress(true);
            opened.setSoTimeout((int) Place.PATIENCE.toMillis());
            opened.bind(new InetSocketAddress(second, place.serverPort()), 5);
            return opened;
        })) {
            for (int i = 0; i < CLIENTS; i++) {
                Pair pair = new Pair(place.connect(), place.keep(listener.accept()));
                Place.exchange(pair);
                Place.finish(pair);
            }
        }
        return second;
    }

    private static InetAddress server(Place place) {
        return place.hosts().serverAddress(false);
    }
}
