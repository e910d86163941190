package dev.finspect.lab;

import java.io.IOException;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** A PostgreSQL of the test's own, run by an ordinary user, without a password, in its own folder. */
final class PostgresServer implements AutoCloseable {
    private static final Pattern RECEIVED = Pattern.compile("connection received");

    private final Background process;
    private final int port;

    PostgresServer(LabFolder folder) throws IOException {
        Path home = folder.ownDirectory("postgres");
        String data = home.resolve("data").toString();
        Program.of(Programs.unprivileged(
                        Programs.path("initdb"),
                        "-D",
                        data,
                        "-U",
                        "lab",
                        "-A",
                        "trust",
                        "--no-sync",
                        "-E",
                        "UTF8",
                        "--locale=C"))
                .succeed();
        port = Background.freePort();
        process = Background.start(
                folder.path("postgres.log"),
                Programs.unprivileged(
                        Programs.path("postgres"),
                        "-D",
                        data,
                        "-p",
                        String.valueOf(port),
                        "-k",
                        home.toString(),
                        "-c",
                        "listen_addresses=127.0.0.1",
                        "-c",
                        "fsync=off",
                        "-c",
                        "log_connections=on"));
        process.listeningOn(port);
        Await.until(process::output, () -> process.output().contains("ready to accept connections"));
    }

    /** Where it listens. */
    int port() {
        return port;
    }

    /** How many connections it has had. */
    long connections() {
        return RECEIVED.matcher(process.output()).results().count();
    }

    @Override
    public void close() {
        process.close();
    }
}
