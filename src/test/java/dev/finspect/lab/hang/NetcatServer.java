package dev.finspect.lab.hang;

import dev.finspect.lab.Await;
import dev.finspect.lab.Background;
import dev.finspect.lab.LabFolder;
import dev.finspect.lab.Program;
import dev.finspect.lab.Programs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A service that is a program of its own, which reads and never answers, and can be stopped. Needs {@code nc}. */
final class NetcatServer implements AutoCloseable {
    private final LabFolder folder;
    private final Background process;

    private NetcatServer(LabFolder folder, Background process) {
        this.folder = folder;
        this.process = process;
    }

    /** Starts it behind the place's route. */
    static NetcatServer start(Place place) throws IOException {
        LabFolder folder = new LabFolder();
        String address = place.hosts().serverAddress(false).getHostAddress();
        Background process = Background.start(
                folder.path("received"),
                place.hosts()
                        .server()
                        .command(
                                List.of(Programs.path("nc"), "-d", "-l", address, String.valueOf(place.serverPort()))));
        NetcatServer server = new NetcatServer(folder, process);
        server.awaitListening(place);
        return server;
    }

    private void awaitListening(Place place) {
        List<String> command =
                place.hosts().server().command(List.of(Programs.path("ss"), "-Hltn", "sport = :" + place.serverPort()));
        Await.until(
                () -> "nc does not listen\n" + process.output(),
                () -> !Program.of(command).succeed().text().isBlank());
    }

    /** Waits until it has read so much. */
    void received(long bytes) {
        Await.until(() -> "nc has not read " + bytes + " bytes", () -> {
            try {
                return Files.size(folder.path("received")) >= bytes;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    /** Stops it (SIGSTOP): from now on its kernel answers for it, alone. */
    void stopped() {
        stop(process);
    }

    void continued() {
        signal(process, "CONT");
    }

    /** Stops a process, and returns when none of its threads runs. */
    static void stop(Background process) {
        signal(process, "STOP");
        Path tasks = Path.of("/proc", String.valueOf(process.process().pid()), "task");
        Await.until(() -> "it does not stop\n" + process.output(), () -> {
            try (Stream<Path> all = Files.list(tasks)) {
                return all.allMatch(NetcatServer::isStopped);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private static boolean isStopped(Path task) {
        try {
            String stat = Files.readString(task.resolve("stat"));
            return stat.charAt(stat.lastIndexOf(')') + 2) == 'T';
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sends a signal to this process. */
    static void signal(Background process, String name) {
        Program.of(
                        Programs.path("kill"),
                        "-" + name,
                        String.valueOf(process.process().pid()))
                .succeed();
    }

    @Override
    public void close() throws IOException {
        try (folder;
                process) {
            // It may end by itself at this moment, since its client is gone.
            Program.of(
                            Programs.path("kill"),
                            "-CONT",
                            String.valueOf(process.process().pid()))
                    .run();
        }
    }
}
