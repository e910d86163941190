package dev.finspect.kernel.privileges;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/** The user, group and capabilities of each thread of a process, read from {@code /proc/PID/task} (credentials(7)). */
final class ThreadCredentials {
    private static final Path TASKS = Path.of("/proc/self/task");

    private ThreadCredentials() {}

    /**
     * Checks that all threads run as this account and have no further capabilities.
     *
     * @throws IOException for the first thread that does not; the message is part of a sentence
     */
    static void check(Account account, Collection<Capability> most) throws IOException {
        check(TASKS, account, Capability.mask(most));
    }

    static void check(Path tasks, Account account, long mostMask) throws IOException {
        try (DirectoryStream<Path> all = Files.newDirectoryStream(tasks)) {
            for (Path task : all) {
                checkOne(task, account, mostMask);
            }
        }
    }

    /** The rows of a process's or thread's {@code status} file in {@code /proc}, by the words before the colons. */
    static Map<String, String> rows(Path folder) throws IOException {
        Map<String, String> rows = new LinkedHashMap<>();
        for (String line : Files.readAllLines(folder.resolve("status"))) {
            String[] row = line.split(":", 2);
            rows.put(row[0], row.length < 2 ? "" : row[1].strip());
        }
        return rows;
    }

    /** Whether the process has this group and no other. */
    static boolean hasGroupOnly(int gid) throws IOException {
        Map<String, String> rows = rows(Path.of("/proc/self"));
        return rows.getOrDefault("Groups", "").isEmpty() && allAre(rows.getOrDefault("Gid", ""), gid);
    }

    private static boolean allAre(String ids, int id) {
        String wanted = Integer.toUnsignedString(id);
        return Arrays.stream(ids.split("\\s+", -1)).allMatch(wanted::equals);
    }

    private static void checkOne(Path task, Account account, long mostMask) throws IOException {
        Map<String, String> rows;
        try {
            rows = rows(task);
        } catch (NoSuchFileException e) {
            return; // The thread has ended.
        }
        String which = "thread " + task.getFileName() + " (" + rows.get("Name") + ")";
        for (Map.Entry<String, Integer> id :
                Map.of("Uid", account.uid(), "Gid", account.gid()).entrySet()) {
            String ids = rows.getOrDefault(id.getKey(), "");
            if (!allAre(ids, id.getValue())) {
                throw new IOException(which + " has " + id.getKey() + " " + ids.replaceAll("\\s+", " ") + ", not "
                        + Integer.toUnsignedString(id.getValue()));
            }
        }
        for (String set : new String[] {"CapPrm", "CapEff", "CapAmb"}) {
            String bits = rows.get(set);
            if (bits == null || (Long.parseUnsignedLong(bits, 16) & ~mostMask) != 0) {
                throw new IOException(which + " has capabilities that it should not have: " + set + " " + bits);
            }
        }
        if (!rows.getOrDefault("Groups", "").isEmpty()) {
            throw new IOException(which + " has further groups: " + rows.get("Groups"));
        }
        if (!rows.getOrDefault("NoNewPrivs", "1").equals("1")) {
            throw new IOException(which + " may gain rights by executing a file");
        }
    }
}
