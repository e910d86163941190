package dev.finspect.lab.healthy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.lab.Await;
import dev.finspect.lab.Background;
import dev.finspect.lab.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Brokers, logs, mail, and streams over HTTP: most of them rest, or speak in one direction. */
final class MessageTraffic {
    private MessageTraffic() {}

    static List<Traffic> all() {
        return List.of(
                Traffic.of(
                        "mqtt", List.of("mosquitto", "mosquitto_sub", "mosquitto_pub", "stdbuf"), MessageTraffic::mqtt),
                Traffic.of("syslog", List.of("rsyslogd", "logger"), MessageTraffic::syslog),
                scripted("smtp", List.of("aiosmtpd"), List.of("mails", "session", "left-at-rest")),
                scripted("websocket", List.of("websockets"), List.of("echo", "feed", "pings-only", "silent")),
                scripted("grpc", List.of("grpc"), List.of("unary", "server-stream", "both-streams", "at-rest")),
                scripted("long-poll", List.of(), List.of("poll", "events")));
    }

    /** A server and its clients in one script of Python. */
    private static Traffic scripted(String name, List<String> modules, List<String> parts) {
        return new Traffic(name, List.of("python3"), modules, venue -> {
            String python = Python.with(modules);
            String script = venue.script(name + ".py");
            venue.serve(List.of(python, script, "serve", venue.serverAddress(), String.valueOf(venue.serverPort())));
            return clients -> {
                for (String part : parts) {
                    WebTraffic.scripted(
                            clients,
                            part,
                            List.of(python, script, part, clients.door(), String.valueOf(clients.doorPort)));
                }
            };
        });
    }

    private static Traffic.Clients mqtt(Venue venue) throws IOException {
        Path config = venue.folder.file(
                "mosquitto.conf",
                "listener " + venue.serverPort() + " " + venue.serverAddress()
                        + "\nallow_anonymous true\npersistence false\nuser root\n");
        venue.serve(List.of(Programs.path("mosquitto"), "-c", config.toString()));
        return MessageTraffic::mqttClients;
    }

    private static List<String> mosquitto(Venue venue, String program, String... more) {
        // Its output is a file, which it would write in blocks.
        List<String> command = new java.util.ArrayList<>(List.of(
                Programs.path("stdbuf"),
                "-oL",
                Programs.path(program),
                "-h",
                venue.door(),
                "-p",
                String.valueOf(venue.doorPort)));
        command.addAll(List.of(more));
        return command;
    }

    private static void mqttClients(Venue venue) throws IOException {
        for (String quality : List.of("0", "1", "2")) {
            String topic = "topic/" + quality;
            Background subscriber = venue.ofClient(
                    "sub" + quality, mosquitto(venue, "mosquitto_sub", "-k", "5", "-t", topic, "-q", quality, "-d"));
            subscribed(subscriber);
            AtomicInteger sent = new AtomicInteger();
            venue.repeat("publisher " + quality, List.of(4, 16), () -> {
                String text = "message " + sent.incrementAndGet();
                venue.run(mosquitto(venue, "mosquitto_pub", "-t", topic, "-q", quality, "-m", text)
                        .toArray(String[]::new));
                Await.until(
                        () -> text + " has not come\n" + subscriber.output(),
                        () -> subscriber.output().contains("\n" + text + "\n"));
            });
        }
        for (String keepAlive : List.of("5", "60")) {
            Background quiet = venue.ofClient(
                    "quiet" + keepAlive, mosquitto(venue, "mosquitto_sub", "-k", keepAlive, "-t", "none", "-d"));
            subscribed(quiet);
            venue.repeat("at rest, keep-alive " + keepAlive, List.of(7), () -> {
                assertThat(quiet.process().isAlive()).isTrue();
                assertThat(quiet.output().lines().filter(line -> line.contains("sending CONNECT")))
                        .as(quiet.output())
                        .hasSize(1);
            });
        }
        lasting(venue);
    }

    private static void subscribed(Background subscriber) {
        Await.until(
                () -> "not subscribed\n" + subscriber.output(),
                () -> subscriber.output().contains("received SUBACK"));
    }

    /** One that publishes on a lasting connection without acknowledgements. */
    private static void lasting(Venue venue) throws IOException {
        Background subscriber = venue.ofClient("sub-lasting", mosquitto(venue, "mosquitto_sub", "-t", "lasting", "-d"));
        subscribed(subscriber);
        venue.once("lasting publisher", () -> {
            try (Venue.Spoken publisher =
                    venue.spoken(mosquitto(venue, "mosquitto_pub", "-t", "lasting", "-q", "0", "-l"))) {
                int i = 0;
                do {
                    String text = "line " + i++;
                    publisher.say(text);
                    Await.until(
                            () -> text + " has not come\n" + subscriber.output(),
                            () -> subscriber.output().contains("\n" + text + "\n"));
                    venue.did("lasting publisher");
                } while (venue.goesOn(i % 3 == 0 ? 19 : 3));
                publisher.ends();
            }
        });
    }

    private static Traffic.Clients syslog(Venue venue) throws IOException {
        Path file = venue.folder.path("messages");
        Path config = venue.folder.file(
                "rsyslog.conf", """
                global(workDirectory="%s")
                module(load="imtcp")
                input(type="imtcp" address="%s" port="%d")
                action(type="omfile" file="%s")
                """.formatted(venue.folder.path("."), venue.serverAddress(), venue.serverPort(), file));
        venue.serve(List.of(
                Programs.path("rsyslogd"),
                "-n",
                "-f",
                config.toString(),
                "-i",
                venue.folder.path("rsyslog.pid").toString()));
        return clients -> {
            List<String> logger = List.of(
                    Programs.path("logger"), "-n", clients.door(), "-P", String.valueOf(clients.doorPort), "-T");
            AtomicInteger sent = new AtomicInteger();
            clients.repeat("one message", List.of(4), () -> {
                String text = "one-" + sent.incrementAndGet() + ".";
                List<String> command = new java.util.ArrayList<>(logger);
                command.add(text);
                clients.run(command.toArray(String[]::new));
                arrives(file, text);
            });
            clients.once("lasting", () -> {
                try (Venue.Spoken lasting = clients.spoken(logger)) {
                    int i = 0;
                    do {
                        String text = "lasting-" + i++ + ".";
                        lasting.say(text);
                        arrives(file, text);
                        clients.did("lasting");
                    } while (clients.goesOn(i % 4 == 0 ? 23 : 2));
                    lasting.ends();
                }
            });
        };
    }

    private static void arrives(Path file, String text) {
        Await.until(() -> text + " is not in the log", () -> {
            try {
                return Files.exists(file) && Files.readString(file).contains(text);
            } catch (IOException e) {
                return false;
            }
        });
    }
}
