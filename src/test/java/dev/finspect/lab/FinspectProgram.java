package dev.finspect.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The packaged finspect as a command line. Its JVM starts with little work, since tests start it often: with an archive of
 * loaded classes that is made once for each test run, the first compiler alone, and the serial collector.
 */
public final class FinspectProgram {
    private static final List<String> JVM = List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1");

    private FinspectProgram() {}

    /** The command with these arguments. */
    public static List<String> command(String... arguments) {
        return command(List.of(), arguments);
    }

    /** The command with these arguments in a JVM with these options. */
    public static List<String> command(List<String> options, String... arguments) {
        List<String> command = new ArrayList<>(JVM);
        command.add("-XX:SharedArchiveFile=" + Archive.PATH);
        command.add("-Xlog:cds*=off");
        command.addAll(options);
        command.addAll(List.of("-jar", PackagedJar.path().toString()));
        command.addAll(List.of(arguments));
        return command;
    }

    /** The classes that the demo loads, with which most starts share theirs. */
    private static final class Archive {
        private static final Path PATH = dump();

        private Archive() {}

        private static Path dump() {
            try {
                Path folder = Files.createTempDirectory("finspect-classes-");
                folder.toFile().deleteOnExit();
                Files.setPosixFilePermissions(
                        folder, java.nio.file.attribute.PosixFilePermissions.fromString("rwxr-xr-x"));
                Path archive = folder.resolve("finspect.jsa");
                List<String> command = new ArrayList<>(JVM);
                command.addAll(List.of("-XX:ArchiveClassesAtExit=" + archive, "-Xlog:cds*=off", "-jar"));
                command.addAll(List.of(PackagedJar.path().toString(), "demo", "--seconds", "1"));
                Program.of(command).succeed();
                archive.toFile().deleteOnExit();
                return archive;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
