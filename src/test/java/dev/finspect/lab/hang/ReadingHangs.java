package dev.finspect.lab.hang;

import static dev.finspect.diagnose.Blame.CLIENT;
import static dev.finspect.diagnose.Blame.UPSTREAM;
import static dev.finspect.diagnose.Confidence.LIKELY;
import static dev.finspect.diagnose.Confidence.PROVED;
import static dev.finspect.lab.hang.Place.Pair;
import static dev.finspect.lab.hang.Scenario.hang;
import static dev.finspect.lab.hang.Scenario.nearMiss;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.finspect.diagnose.Blame;
import dev.finspect.diagnose.FindingId;
import dev.finspect.diagnose.finding.BothNotReading;
import dev.finspect.diagnose.finding.NotReading;
import dev.finspect.lab.hang.Site.Kind;
import java.io.IOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/** A peer does not read. */
final class ReadingHangs {
    private static final int SOME_BYTES = 8 << 10;

    private ReadingHangs() {}

    static List<Scenario> all() {
        List<Scenario> all = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            all.add(notReading(kind, false));
            all.add(notReading(kind, true));
            all.add(slowReader(kind, false));
            all.add(slowReader(kind, true));
        }
        for (Kind kind : List.of(Kind.ROW, Kind.LOOPBACK, Kind.ROW_USER, Kind.ROW_TPROXY)) {
            all.add(bothNotReading(kind));
        }
        all.add(nearMiss(Kind.ROW, BothNotReading.ID, "both write, and both read slowly", place -> {
            Pair pair = place.exchanged();
            place.pump(pair.client());
            place.pump(pair.server());
            place.letPass(() -> {
                read(pair.server());
                read(pair.client());
            });
        }));
        return all;
    }

    private static Scenario notReading(Kind kind, boolean client) {
        FindingId row = client ? NotReading.CLIENT : NotReading.UPSTREAM;
        Blame blame = client ? CLIENT : UPSTREAM;
        // Where the reader's own queue cannot be seen, it might only be slow.
        return hang(kind, row, blame, kind.isOneHost() ? PROVED : LIKELY, "other side writes on and on", place -> {
            Pair pair = place.exchanged();
            Socket reader = client ? pair.client() : pair.server();
            Socket writer = client ? pair.server() : pair.client();
            place.pump(writer);
            JsonNode line = place.hangs();
            assertThat(line.at("/finding/leg").asText()).isEqualTo(client ? "client" : "upstream");
            // A reader that is only slow is ruled out later.
            place.isSure();
            read(reader);
            Place.until(
                    "no session.recovered",
                    () -> read(reader),
                    () -> place.lines().stream()
                            .anyMatch(l -> l.at("/event").asText().equals("session.recovered")));
        });
    }

    private static Scenario slowReader(Kind kind, boolean client) {
        FindingId row = client ? NotReading.CLIENT : NotReading.UPSTREAM;
        return nearMiss(kind, row, "reader is slow, and moves", place -> {
            Pair pair = place.exchanged();
            Socket reader = client ? pair.client() : pair.server();
            place.pump(client ? pair.server() : pair.client());
            place.letPass(() -> read(reader));
        });
    }

    private static Scenario bothNotReading(Kind kind) {
        return hang(kind, BothNotReading.ID, CLIENT, LIKELY, "each writes and neither reads", place -> {
                    Pair pair = place.exchanged();
                    place.pump(pair.server());
                    Place.until(
                            "client's window does not close",
                            Place.Step.NONE,
                            () -> place.lines().stream()
                                    .anyMatch(l -> l.at("/finding/id").asText().equals("client-not-reading")));
                    place.pump(pair.client());
                    place.hangs();
                    place.isSure();
                })
                .after(NotReading.CLIENT);
    }

    static void read(Socket socket) throws IOException {
        if (socket.getInputStream().read(new byte[SOME_BYTES]) < 0) {
            throw new IOException("the end");
        }
    }
}
