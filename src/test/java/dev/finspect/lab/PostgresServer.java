package dev.finspect.lab;

import dev.finspect.lab.net.Namespace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/** A PostgreSQL of the test's own, run by an ordinary user, without a password, in its own folder. */
public final class PostgresServer implements AutoCloseable {
    private static final Pattern RECEIVED = Pattern.compile("connection received");

    private final Background process;
    private final int port;

    PostgresServer(LabFolder folder) throws IOException {
        this(folder, "127.0.0.1", command -> command);
    }

    /** One on a host of the test's own, which lets everybody in. */
    public PostgresServer(LabFolder folder, String address, Namespace host) throws IOException {
        this(folder, address, host::command);
    }

    private PostgresServer(LabFolder folder, String address, UnaryOperator<List<String>> where) throws IOException {
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
        Files.writeString(
                home.resolve("data").resolve("pg_hba.conf"),
                "host all all 0.0.0.0/0 trust\n",
                StandardOpenOption.APPEND);
        port = Background.freePort();
        process = Background.start(
                folder.path("postgres.log"),
                where.apply(Programs.unprivileged(
                        Programs.path("postgres"),
                        "-D",
                        data,
                        "-p",
                        String.valueOf(port),
                        "-k",
                        home.toString(),
                        "-c",
                        "listen_addresses=" + address,
                        "-c",
                        "fsync=off",
                        "-c",
                        "log_connections=on")));
        process.listeningOn(port);
        Await.until(process::output, () -> process.output().contains("ready to accept connections"));
    }

    /** Where it listens. */
    public int port() {
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
