package dev.finspect.bench.proxy;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A program that a package of the distribution brings, looked for on the PATH and where daemons are kept. */
final class InstalledProgram {
    private static final List<String> DAEMON_DIRECTORIES = List.of("/usr/local/sbin", "/usr/sbin", "/sbin");

    private final String name;

    InstalledProgram(String name) {
        this.name = name;
    }

    Optional<Path> path() {
        String searched = Optional.ofNullable(System.getenv("PATH")).orElse("");
        return Stream.concat(Stream.of(searched.split(File.pathSeparator, -1)), DAEMON_DIRECTORIES.stream())
                .map(directory -> Path.of(directory, name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** The path, or the bare name where there is none: starting it then fails and says so. */
    String orName() {
        return path().map(Path::toString).orElse(name);
    }

    Optional<String> obstacle(String packageName) {
        return path().isPresent()
                ? Optional.empty()
                : Optional.of("no " + name + " on this machine (Debian package " + packageName + ")");
    }
}
