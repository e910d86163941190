package dev.finspect.lab.container;

import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The JDK and the Maven of this build, copied for a container to use them: distributions link them to files elsewhere, which a
 * container does not have.
 *
 * @param folder where the copies are
 */
record BuildTools(Path folder) {
    /** Where a container has the folder mounted. */
    static final String MOUNTED = "/opt/build-tools";

    static final String JDK = MOUNTED + "/jdk";
    static final String MAVEN = MOUNTED + "/maven";

    /** Parts of a JDK that building a jar does not need. */
    private static final Set<String> UNUSED = Set.of("jmods", "man", "demo", "include", "lib/src.zip");

    /** The copies in this folder, made if they are not there. */
    static BuildTools copiedTo(Path folder) throws IOException {
        Path complete = folder.resolve("complete");
        if (!Files.exists(complete)) {
            copy(Path.of(System.getProperty("java.home")), folder.resolve("jdk"));
            copy(Path.of(System.getProperty("lab.maven.home", "/usr/share/maven")), folder.resolve("maven"));
            Files.createFile(complete);
        }
        return new BuildTools(folder);
    }

    private static void copy(Path from, Path to) throws IOException {
        List<Path> all;
        try (Stream<Path> walk = Files.walk(from, FileVisitOption.FOLLOW_LINKS)) {
            all = walk.filter(path -> !isUnused(from.relativize(path))).toList();
        }
        for (Path path : all) {
            Path copy = to.resolve(from.relativize(path).toString());
            if (Files.isDirectory(path)) {
                Files.createDirectories(copy);
            } else if (Files.isRegularFile(path)) {
                // Follows links, and leaves out those that lead nowhere.
                Files.copy(path, copy, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
    }

    private static boolean isUnused(Path path) {
        return UNUSED.stream().anyMatch(path::startsWith);
    }
}
