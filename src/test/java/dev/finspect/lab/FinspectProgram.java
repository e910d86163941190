package dev.finspect.lab;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The packaged finspect as a command line, for commands that end by themselves. */
public final class FinspectProgram {
    private FinspectProgram() {}

    /** The command with these arguments. */
    public static List<String> command(String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-jar",
                PackagedJar.path().toString()));
        command.addAll(List.of(arguments));
        return command;
    }
}
