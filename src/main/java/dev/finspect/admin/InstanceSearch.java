package dev.finspect.admin;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Finds instances by the processes of this machine, proc(5): each is asked by its environment where its file is. For root, which
 * may read that of every user, and finds those with a directory for temporary files of their own too. What a process says is
 * taken for itself alone: the file must be in a directory that is private to the process's user, and name the process.
 */
final class InstanceSearch {
    private static final Path PROC = Path.of("/proc");
    private static final String XDG = "XDG_RUNTIME_DIR=";
    private static final String TEMPORARY = "-Djava.io.tmpdir=";
    private static final int MOST_BYTES = 1 << 20;

    private InstanceSearch() {}

    /** The running instances in this process's network, in the order of their process ids. */
    static List<Instance> everywhere() {
        List<Instance> found = new ArrayList<>();
        Optional<Path> network = network(Path.of("self"));
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
            for (Path process : processes) {
                if (isJava(process) && network(process.getFileName()).equals(network)) {
                    of(process).ifPresent(found::add);
                }
            }
        } catch (IOException e) {
            return found; // No Linux.
        }
        found.sort(Comparator.comparingLong(Instance::pid));
        return found;
    }

    private static Optional<Instance> of(Path process) {
        long pid = Long.parseLong(process.getFileName().toString());
        String user = ProcessMark.user(pid).orElse("");
        for (Path directory : directories(process, user)) {
            try {
                RuntimeDirectory.check(directory, user);
            } catch (IOException e) {
                continue;
            }
            Optional<Instance> instance = InstanceFile.read(directory.resolve(pid + InstanceFile.SUFFIX));
            if (instance.isPresent()
                    && instance.get().pid() == pid
                    && instance.get().running()) {
                return instance;
            }
        }
        return Optional.empty();
    }

    /** Where {@link RuntimeDirectory} puts the file in this process, as seen from here. */
    private static Set<Path> directories(Path process, String user) {
        Path root = process.resolve("root");
        Set<Path> directories = new LinkedHashSet<>();
        String temporary = "/tmp";
        for (String word : words(process.resolve("cmdline"))) {
            temporary = word.startsWith(TEMPORARY) ? word.substring(TEMPORARY.length()) : temporary;
        }
        for (String word : words(process.resolve("environ"))) {
            if (word.startsWith(XDG) && word.startsWith("/", XDG.length())) {
                Path runtime = root.resolve(word.substring(XDG.length() + 1));
                directories.add(runtime.resolve("finspect"));
                directories.add(runtime.resolve(RuntimeDirectory.SHARED + user));
            }
        }
        if (temporary.startsWith("/")) {
            directories.add(root.resolve(temporary.substring(1)).resolve(RuntimeDirectory.SHARED + user));
        }
        return directories;
    }

    /** Words that each end with a NUL; none where the file cannot be read. */
    private static String[] words(Path file) {
        try (var in = Files.newInputStream(file)) {
            return new String(in.readNBytes(MOST_BYTES), StandardCharsets.UTF_8).split("\0", -1);
        } catch (IOException | IllegalArgumentException e) {
            return new String[0];
        }
    }

    private static boolean isJava(Path process) {
        try {
            return Files.readSymbolicLink(process.resolve("exe")).endsWith("java");
        } catch (IOException e) {
            return false; // Gone, or a thread of the kernel.
        }
    }

    private static Optional<Path> network(Path process) {
        try {
            return Optional.of(Files.readSymbolicLink(PROC.resolve(process).resolve("ns/net")));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
