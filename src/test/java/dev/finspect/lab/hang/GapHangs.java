package dev.finspect.lab.hang;

import static dev.finspect.diagnose.Blame.NETWORK_TO_CLIENT;
import static dev.finspect.diagnose.Blame.NETWORK_TO_UPSTREAM;
import static dev.finspect.diagnose.Confidence.LIKELY;
import static dev.finspect.lab.hang.Scenario.hang;
import static dev.finspect.lab.hang.Scenario.nearMiss;
import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.diagnose.Blame;
import dev.finspect.diagnose.finding.StreamGap;
import dev.finspect.lab.hang.Place.Pair;
import dev.finspect.lab.hang.Site.Kind;
import dev.finspect.lab.net.NarrowWay;
import dev.finspect.lab.net.Rule;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A few bytes of a peer are lost however often they are sent, whatever their size, and later ones arrive. */
final class GapHangs {
    private static final byte[] LOST = "lost".getBytes(StandardCharsets.US_ASCII);
    /** Segments whose payload begins so, in nft's words. */
    private static final String BEGINS_LOST = "@ih,0,32 0x6c6f7374";

    private static final int LATER = 3;

    private GapHangs() {}

    static List<Scenario> all() {
        List<Scenario> all = new ArrayList<>();
        for (Kind kind : List.of(Kind.ROW, Kind.ROW_LIFECYCLE, Kind.ROW_USER)) {
            all.add(gap(kind, NETWORK_TO_UPSTREAM, "part of an answer is lost", 6));
            all.add(gap(kind, NETWORK_TO_CLIENT, "part of a request is lost", 7));
        }
        all.add(nearMiss(Kind.ROW, StreamGap.ID, "lost bytes come again at once", place -> {
                    NarrowWay way = FarPeer.way(place, NETWORK_TO_UPSTREAM, 8);
                    Pair pair = FarPeer.pair(place, way, NETWORK_TO_UPSTREAM, 8);
                    Place.exchange(pair);
                    place.letPass(new Every(1_000, () -> {
                        // Dropped once: what is sent again passes.
                        Rule once = way.withoutBack(BEGINS_LOST + " limit rate 1/day burst 1 packets");
                        Place.say(pair.client());
                        Place.hear(pair.server());
                        saysWithALoss(pair.server());
                        hearsAll(pair.client());
                        once.close();
                    }));
                })
                .towards(FarPeer.address(8)));
        return all;
    }

    private static Scenario gap(Kind kind, Blame blame, String name, int number) {
        boolean byClient = blame == NETWORK_TO_CLIENT;
        Scenario scenario = hang(kind, StreamGap.ID, blame, LIKELY, name, place -> {
            NarrowWay way = FarPeer.way(place, blame, number);
            Pair pair = FarPeer.pair(place, way, blame, number);
            Place.exchange(pair);
            Rule loss = place.rule(way.withoutBack(BEGINS_LOST));
            if (!byClient) {
                Place.say(pair.client());
                Place.hear(pair.server());
            }
            saysWithALoss(byClient ? pair.client() : pair.server());
            place.hangs();
            place.isSure();
            place.away(loss);
            hearsAll(byClient ? pair.server() : pair.client());
            if (byClient) {
                Place.say(pair.server());
                Place.hear(pair.client());
            }
            place.recovers();
            // A reset right after the answer would end a rest, as that of a client which has forgotten the connection.
            Place.exchange(pair);
        });
        return byClient ? scenario : scenario.towards(FarPeer.address(number));
    }

    private static void saysWithALoss(Socket socket) throws IOException {
        socket.setTcpNoDelay(true);
        OutputStream out = socket.getOutputStream();
        out.write(LOST);
        for (int i = 0; i < LATER; i++) {
            Place.say(socket);
        }
    }

    private static void hearsAll(Socket socket) throws IOException {
        int all = LOST.length + LATER * Place.TURN_BYTES;
        assertThat(socket.getInputStream().readNBytes(all)).hasSize(all);
    }
}
