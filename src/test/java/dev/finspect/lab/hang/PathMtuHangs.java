package dev.finspect.lab.hang;

import static dev.finspect.diagnose.Blame.NETWORK_TO_CLIENT;
import static dev.finspect.diagnose.Blame.NETWORK_TO_UPSTREAM;
import static dev.finspect.diagnose.Confidence.LIKELY;
import static dev.finspect.lab.hang.Scenario.hang;
import static dev.finspect.lab.hang.Scenario.nearMiss;
import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.diagnose.Blame;
import dev.finspect.diagnose.FindingId;
import dev.finspect.diagnose.finding.NetworkLoss;
import dev.finspect.diagnose.finding.PathMtu;
import dev.finspect.diagnose.finding.StreamGap;
import dev.finspect.lab.hang.Place.Pair;
import dev.finspect.lab.hang.Site.Kind;
import dev.finspect.lab.net.NarrowWay;
import dev.finspect.lab.net.Rule;
import java.io.IOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/** A link on the way takes small packets only, and nobody hears of it. */
final class PathMtuHangs {
    /** Two full segments, and one that is small enough. */
    private static final int LARGE_BYTES = 3_000;

    private PathMtuHangs() {}

    static List<Scenario> all() {
        List<Scenario> all = new ArrayList<>();
        for (Kind kind : List.of(Kind.ROW, Kind.ROW_LIFECYCLE, Kind.ROW_USER)) {
            FindingId received = kind == Kind.ROW ? PathMtu.ID : StreamGap.ID;
            all.add(play(kind, PathMtu.ID, NETWORK_TO_UPSTREAM, "request too large for the way to the server", 1));
            all.add(play(kind, received, NETWORK_TO_UPSTREAM, "answer too large for the way from the server", 2));
            all.add(play(kind, PathMtu.ID, NETWORK_TO_CLIENT, "answer too large for the way to the client", 3));
            all.add(play(kind, received, NETWORK_TO_CLIENT, "request too large for the way from the client", 4));
            all.add(reported(kind));
        }
        return all;
    }

    private static Scenario play(Kind kind, FindingId row, Blame blame, String name, int number) {
        boolean byClient = name.startsWith("request");
        Scenario.Play play = place -> {
            NarrowWay way = FarPeer.way(place, blame, number);
            boolean back = byClient == (blame == NETWORK_TO_CLIENT);
            Rule loss = place.rule(back ? way.withoutLargeBack() : way.withoutErrors());
            if (!back) {
                way.narrow();
            }
            Pair pair = FarPeer.pair(place, way, blame, number);
            Place.exchange(pair);
            Socket from = byClient ? pair.client() : pair.server();
            // Nagle's algorithm would keep the small segment until the large ones are acknowledged.
            from.setTcpNoDelay(true);
            from.getOutputStream().write(new byte[LARGE_BYTES]);
            place.hangs();
            if (row.equals(PathMtu.ID)) {
                place.says("Segments of up to ");
                place.isSure();
            }
            way.widen();
            place.away(loss);
            hear(byClient ? pair.server() : pair.client());
            place.recovers();
            Place.exchange(pair);
        };
        Scenario scenario = hang(kind, row, blame, LIKELY, name, play).after(NetworkLoss.ID, StreamGap.ID);
        return blame == NETWORK_TO_UPSTREAM ? scenario.towards(FarPeer.address(number)) : scenario;
    }

    /** The kernel learns the path's MTU, and sends smaller segments. */
    private static Scenario reported(Kind kind) {
        return nearMiss(kind, PathMtu.ID, "request too large, and the ICMP error arrives", place -> {
                    NarrowWay way = FarPeer.way(place, NETWORK_TO_UPSTREAM, 5);
                    way.narrow();
                    Pair pair = FarPeer.pair(place, way, NETWORK_TO_UPSTREAM, 5);
                    pair.client().getOutputStream().write(new byte[LARGE_BYTES]);
                    hear(pair.server());
                    Place.say(pair.server());
                    Place.hear(pair.client());
                    place.letPass();
                    Place.exchange(pair);
                })
                .towards(FarPeer.address(5));
    }

    private static void hear(Socket socket) throws IOException {
        assertThat(socket.getInputStream().readNBytes(LARGE_BYTES)).hasSize(LARGE_BYTES);
    }
}
