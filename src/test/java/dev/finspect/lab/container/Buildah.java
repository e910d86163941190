package dev.finspect.lab.container;

import dev.finspect.lab.Program;
import dev.finspect.lab.Programs;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The program buildah(1) with a store of its own under {@code target}, and without an engine: by chroot(2) alone. */
final class Buildah {
    private static final Duration LIMIT = Duration.ofMinutes(20);

    private final Path home;

    /** With its store in this folder. */
    Buildah(Path home) {
        this.home = home.toAbsolutePath();
    }

    /** A command of it, such as {@code run}, with chroot(2) for its isolation where it takes one. */
    List<String> command(String name, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Programs.path("buildah"),
                "--root",
                home.resolve("store").toString(),
                "--runroot",
                home.resolve("run").toString(),
                name));
        if (name.equals("run") || name.equals("bud")) {
            command.add("--isolation=chroot");
        }
        command.addAll(List.of(arguments));
        return command;
    }

    /** Runs a command, and answers with what it printed. */
    String succeed(String name, String... arguments) {
        return Program.of(command(name, arguments))
                .within(LIMIT)
                .succeed()
                .text()
                .strip();
    }

    /** Whether there is an image of this name. */
    boolean has(String image) {
        return Program.of(command("inspect", "--type", "image", image)).run().exit() == 0;
    }

    /** Removes what an earlier run left behind: containers, whose file systems may still be mounted. */
    void removeContainers() {
        succeed("rm", "--all");
    }
}
