package dev.finspect.lab.healthy;

import dev.finspect.lab.Program;
import dev.finspect.lab.Programs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The Python of this machine that has the modules of a script: the one of the PATH, or else the system's. */
final class Python {
    private static final String SYSTEMS = "/usr/bin/python3";

    private Python() {}

    /** Those of these modules that no Python has. */
    static List<String> lacking(List<String> modules) {
        return modules.stream().filter(module -> !any(List.of(module))).toList();
    }

    private static boolean any(List<String> modules) {
        return all().anyMatch(python -> has(python, modules));
    }

    /** The one that has all of them. */
    static String with(List<String> modules) {
        return all().filter(python -> has(python, modules))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no python3 has " + modules));
    }

    private static Stream<String> all() {
        return Stream.concat(
                Programs.find("python3").map(Path::toString).stream(),
                Files.isExecutable(Path.of(SYSTEMS)) ? Stream.of(SYSTEMS) : Stream.of());
    }

    private static boolean has(String python, List<String> modules) {
        return Program.of(
                                python,
                                "-c",
                                "import sys"
                                        + String.join(
                                                "",
                                                modules.stream()
                                                        .map(m -> ", " + m)
                                                        .toList()))
                        .run()
                        .exit()
                == 0;
    }
}
