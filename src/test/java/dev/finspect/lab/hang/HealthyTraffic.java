package dev.finspect.lab.hang;

import static dev.finspect.lab.hang.Scenario.nearMiss;
import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.diagnose.finding.Idle;
import dev.finspect.lab.Background;
import dev.finspect.lab.LabFolder;
import dev.finspect.lab.Programs;
import dev.finspect.lab.hang.Place.Pair;
import dev.finspect.lab.hang.Site.Kind;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Traffic of healthy services: finspect must blame nobody. Half an hour of real programs' traffic is in the profile {@code healthy}. */
final class HealthyTraffic {
    private HealthyTraffic() {}

    static List<Scenario> all() {
        List<Scenario> all = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            all.add(nearMiss(kind, Idle.ID, "requests and rests by turns", place -> {
                Pair pair = place.exchanged();
                place.letPass(new Every(3_000, () -> Place.exchange(pair)));
            }));
            all.add(nearMiss(kind, Idle.ID, "large answer to a slow reader", place -> {
                Pair pair = place.exchanged();
                Place.say(pair.client());
                place.pump(pair.server());
                place.letPass(new Every(100, () -> ReadingHangs.read(pair.client())));
            }));
            all.add(nearMiss(kind, Idle.ID, "both ends speak when they like", place -> {
                        Pair pair = place.exchanged();
                        Place.Step up = new Every(1_100, () -> {
                            Place.say(pair.client());
                            Place.hear(pair.server());
                        });
                        Place.Step down = new Every(700, () -> {
                            Place.say(pair.server());
                            Place.hear(pair.client());
                        });
                        place.letPass(() -> {
                            up.take();
                            down.take();
                        });
                    })
                    // Several times the time between two turns, so that a busy machine does not make a hang of it.
                    .with("silence", "9s"));
            all.add(redis(kind));
        }
        return all;
    }

    private static Scenario redis(Kind kind) {
        return nearMiss(kind, Idle.ID, "redis: a subscriber at rest, after commands", place -> {
            try (LabFolder folder = new LabFolder();
                    Background server = Background.start(
                            folder.path("redis.log"),
                            place.hosts()
                                    .server()
                                    .command(List.of(
                                            Programs.path("redis-server"),
                                            "--bind",
                                            place.hosts().serverAddress(false).getHostAddress(),
                                            "--port",
                                            String.valueOf(place.serverPort()),
                                            "--protected-mode",
                                            "no",
                                            "--save",
                                            "",
                                            "--dir",
                                            folder.path(".").toString())))) {
                Place.until(
                        "redis does not start\n" + server.output(),
                        Place.Step.NONE,
                        () -> server.output().contains("eady to accept connections"));
                Socket client = place.connect();
                command(client, "SET k v", "+OK\r\n");
                command(client, "GET k", "$1\r\nv\r\n");
                command(client, "SUBSCRIBE news", "*3\r\n$9\r\nsubscribe\r\n$4\r\nnews\r\n:1\r\n");
                place.letPass(Place.Step.NONE);
            }
        });
    }

    private static void command(Socket client, String command, String answer) throws IOException {
        client.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.US_ASCII));
        byte[] heard = client.getInputStream().readNBytes(answer.length());
        assertThat(new String(heard, StandardCharsets.US_ASCII)).isEqualTo(answer);
    }
}
