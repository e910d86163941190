package dev.finspect.lab.healthy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.lab.Background;
import dev.finspect.lab.PostgresServer;
import dev.finspect.lab.Programs;
import java.io.IOException;
import java.net.Socket;
import java.util.List;

/** Pools, workers and subscribers before PostgreSQL and Redis. */
final class DatabaseTraffic {
    private static final List<String> POSTGRES_MODULES = List.of("psycopg2");

    private DatabaseTraffic() {}

    static List<Traffic> all() {
        return List.of(
                new Traffic(
                        "postgres",
                        List.of("postgres", "initdb", "pgbench", "psql", "runuser"),
                        POSTGRES_MODULES,
                        DatabaseTraffic::postgres),
                Traffic.of("redis", List.of("redis-server", "redis-cli"), DatabaseTraffic::redis),
                Traffic.of("redis-no-replies", List.of("redis-server", "redis-cli"), DatabaseTraffic::noReplies),
                Traffic.of("redis-replica", List.of("redis-server", "redis-cli"), DatabaseTraffic::replica));
    }

    private static Traffic.Clients postgres(Venue venue) throws IOException {
        PostgresServer server = venue.keep(new PostgresServer(
                venue.folder, venue.serverAddress(), venue.hosts().server()));
        venue.listensOn(server.port());
        return DatabaseTraffic::postgresClients;
    }

    private static void postgresClients(Venue venue) throws IOException {
        String host = venue.door();
        String port = String.valueOf(venue.doorPort);
        String python = Python.with(POSTGRES_MODULES);
        String script = venue.script("postgres.py");
        venue.once("pgbench", () -> {
            String[] to = {"-h", host, "-p", port, "-U", "lab"};
            venue.run(command("pgbench", to, "-i", "-q", "postgres"));
            do {
                String said = venue.run(command("pgbench", to, "-n", "-c", "3", "-R", "2", "-T", "20", "postgres"));
                assertThat(said).contains("number of failed transactions: 0");
                venue.did("pgbench");
            } while (venue.goesOn(4));
        });
        venue.repeat(
                "psql",
                List.of(6),
                () -> assertThat(venue.run(
                                Programs.path("psql"),
                                "-h",
                                host,
                                "-p",
                                port,
                                "-U",
                                "lab",
                                "-Atc",
                                "select 42",
                                "postgres"))
                        .isEqualTo("42\n"));
        for (String part : List.of("pool", "listen", "slow-query", "transaction")) {
            WebTraffic.scripted(venue, part, List.of(python, script, part, host, port));
        }
    }

    private static String[] command(String program, String[] to, String... more) {
        return java.util.stream.Stream.of(
                        java.util.stream.Stream.of(Programs.path(program)),
                        java.util.Arrays.stream(to),
                        java.util.Arrays.stream(more))
                .flatMap(each -> each)
                .toArray(String[]::new);
    }

    private static void redisServer(Venue venue) throws IOException {
        venue.serve(List.of(
                Programs.path("redis-server"),
                "--bind",
                venue.serverAddress(),
                "--port",
                String.valueOf(venue.serverPort()),
                "--protected-mode",
                "no",
                "--save",
                "",
                "--dir",
                venue.folder.path(".").toString()));
    }

    private static Traffic.Clients redis(Venue venue) throws IOException {
        redisServer(venue);
        return DatabaseTraffic::redisClients;
    }

    private static void redisClients(Venue venue) {
        venue.once("pool", () -> {
            List<Integer> rests = List.of(1, 2, 8, 25);
            try (Socket one = venue.connect()) {
                int i = 0;
                do {
                    command(one, "SET k " + i, "+OK\r\n");
                    command(one, "EXISTS k", ":1\r\n");
                    venue.did("pool");
                } while (venue.goesOn(rests.get(i++ % rests.size())));
            }
        });
        venue.once("worker, BLPOP in vain", () -> {
            try (Socket worker = venue.connect()) {
                do {
                    command(worker, "BLPOP empty 20", "*-1\r\n");
                    venue.did("worker, BLPOP in vain");
                } while (venue.goesOn(0));
            }
        });
        venue.once("worker, BLPOP for ever", () -> {
            try (Socket worker = venue.connect()) {
                do {
                    command(worker, "BLPOP jobs 0", "*2\r\n$4\r\njobs\r\n$3\r\njob\r\n");
                    command(worker, "INCR done", null);
                    venue.did("worker, BLPOP for ever");
                } while (venue.goesOn(0));
            }
        });
        // A producer must give the worker a last job, so that it ends.
        venue.once("producer", () -> {
            boolean goesOn;
            do {
                goesOn = venue.goesOn(13);
                cli(venue, "RPUSH", "jobs", "job");
                venue.did("producer");
            } while (goesOn);
        });
        venue.once("subscriber", () -> {
            try (Socket subscriber = venue.connect()) {
                command(subscriber, "SUBSCRIBE news", "*3\r\n$9\r\nsubscribe\r\n$4\r\nnews\r\n:1\r\n");
                do {
                    assertThat(cli(venue, "PUBLISH", "news", "item")).isEqualTo("1\n");
                    Venue.hear(subscriber, "*3\r\n$7\r\nmessage\r\n$4\r\nnews\r\n$4\r\nitem\r\n");
                    venue.did("subscriber");
                } while (venue.goesOn(17));
            }
        });
        venue.once("subscriber of nothing", () -> {
            try (Socket subscriber = venue.connect()) {
                command(subscriber, "SUBSCRIBE none", "*3\r\n$9\r\nsubscribe\r\n$4\r\nnone\r\n:1\r\n");
                while (venue.goesOn(10)) {
                    assertThat(subscriber.getInputStream().available()).isZero();
                    venue.did("subscriber of nothing");
                }
            }
        });
        venue.repeat(
                "redis-cli", List.of(5), () -> assertThat(cli(venue, "PING")).isEqualTo("PONG\n"));
    }

    private static void command(Socket socket, String command, @org.jspecify.annotations.Nullable String answer)
            throws IOException {
        Venue.say(socket, command + "\r\n");
        if (answer != null) {
            Venue.hear(socket, answer);
            return;
        }
        int octet;
        do {
            octet = socket.getInputStream().read();
            assertThat(octet).isNotEqualTo(-1);
        } while (octet != '\n');
    }

    /** By a connection of its own through finspect. */
    private static String cli(Venue venue, String... words) {
        return venue.run(
                command("redis-cli", new String[] {"-h", venue.door(), "-p", String.valueOf(venue.doorPort)}, words));
    }

    private static Traffic.Clients noReplies(Venue venue) throws IOException {
        redisServer(venue);
        return DatabaseTraffic::withoutReplies;
    }

    /** CLIENT REPLY OFF: it sends commands and gets no answer to any. */
    private static void withoutReplies(Venue venue) {
        venue.once("writer", () -> {
            try (Socket writer = venue.connect()) {
                command(writer, "PING", "+PONG\r\n");
                Venue.say(writer, "CLIENT REPLY OFF\r\n");
                int count = 0;
                do {
                    Venue.say(writer, "INCR count\r\n");
                    count++;
                    String wanted = count + "\n";
                    dev.finspect.lab.Await.until(
                            () -> "not counted: " + wanted,
                            () -> cli(venue, "GET", "count").equals(wanted));
                    venue.did("writer");
                } while (venue.goesOn(count % 2 == 0 ? 3 : 21));
            }
        });
    }

    private static Traffic.Clients replica(Venue venue) throws IOException {
        redisServer(venue);
        return DatabaseTraffic::replicaClients;
    }

    private static void replicaClients(Venue venue) throws IOException {
        int port = Background.freePort();
        venue.ofClient(
                        "replica",
                        List.of(
                                Programs.path("redis-server"),
                                "--bind",
                                "127.0.0.1",
                                "--port",
                                String.valueOf(port),
                                "--save",
                                "",
                                "--dir",
                                venue.folder.path(".").toString(),
                                "--replicaof",
                                venue.door(),
                                String.valueOf(venue.doorPort)))
                .listeningOn(port);
        venue.repeat(
                "replica",
                List.of(5),
                () -> dev.finspect.lab.Await.until(
                        () -> "the replica's link is down",
                        () -> venue.run(Programs.path("redis-cli"), "-p", String.valueOf(port), "INFO", "replication")
                                .contains("master_link_status:up")));
    }
}
