package dev.finspect.lab;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Where the machine's programs are. */
public final class Programs {
    private Programs() {}

    /** The program of this name, on the PATH, among the system's programs, or in PostgreSQL's own directories. */
    public static Optional<Path> find(String name) {
        return directories().stream()
                .map(d -> d.resolve(name))
                .filter(Files::isExecutable)
                .filter(Files::isRegularFile)
                .findFirst();
    }

    /** The path of a program that the test said it needs. */
    public static String path(String name) {
        return find(name)
                .map(Path::toString)
                .orElseThrow(() -> new AssertionError("there is no " + name + "; name it in @NeedsPrograms"));
    }

    /** Whether these tests run as root. */
    public static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    /** The command as an ordinary user would run it, for programs that refuse to be run by root. */
    public static List<String> unprivileged(String... command) {
        List<String> whole = new ArrayList<>();
        if (isRoot()) {
            whole.addAll(List.of(path("runuser"), "-u", "nobody", "--"));
        }
        whole.addAll(List.of(command));
        return whole;
    }

    private static List<Path> directories() {
        List<Path> all = new ArrayList<>();
        String path = Optional.ofNullable(System.getenv("PATH")).orElse("/usr/bin:/bin");
        Arrays.stream(path.split(":")).filter(d -> !d.isEmpty()).map(Path::of).forEach(all::add);
        all.add(Path.of("/usr/sbin"));
        all.add(Path.of("/sbin"));
        all.addAll(postgresDirectories());
        return all;
    }

    private static List<Path> postgresDirectories() {
        List<Path> all = new ArrayList<>();
        Path versions = Path.of("/usr/lib/postgresql");
        if (Files.isDirectory(versions)) {
            try (DirectoryStream<Path> each = Files.newDirectoryStream(versions)) {
                each.forEach(v -> all.add(v.resolve("bin")));
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }
        return all;
    }
}
