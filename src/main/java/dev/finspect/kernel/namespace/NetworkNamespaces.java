package dev.finspect.kernel.namespace;

import com.sun.jna.LastErrorException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The network namespaces of this host, as far as this user may see them: finspect's own, those of processes in {@code /proc},
 * and those with a name in {@code /run/netns} (ip-netns(8)) or {@code /run/docker/netns}.
 */
public final class NetworkNamespaces {
    private static final Pattern LINK = Pattern.compile("net:\\[(\\d+)]");
    private static final List<String> NAMED = List.of("run/netns", "run/docker/netns");

    private final List<Found> all;
    private final int hidden;

    private NetworkNamespaces(List<Found> all, int hidden) {
        this.all = List.copyOf(all);
        this.hidden = hidden;
    }

    /**
     * One namespace.
     *
     * @param number the kernel's number of it
     * @param own whether finspect is in it
     * @param name how people call it: its own name, or that of a process in it; empty for finspect's own
     * @param enter what to write before a command that is to run in it, with a space at the end; empty for finspect's own
     * @param path of a file that stands for it (namespaces(7))
     */
    public record Found(long number, boolean own, String name, String enter, Path path) {
        /**
         * Runs this on a thread in the namespace; sockets that it opens stay there for good. Another namespace than finspect's own
         * needs CAP_SYS_ADMIN.
         *
         * @throws IOException where the kernel does not let finspect in; the message says why
         */
        public <T> T in(Callable<T> work) throws IOException {
            if (own) {
                return run(work);
            }
            FutureTask<T> task = new FutureTask<>(() -> {
                join(path);
                return work.call();
            });
            Thread thread = new Thread(task, "finspect-namespace");
            thread.setDaemon(true);
            thread.start();
            return run(task::get);
        }
    }

    /** Those of this host, finspect's own first. */
    public static NetworkNamespaces find() {
        return find(Path.of("/"));
    }

    static NetworkNamespaces find(Path root) {
        Path proc = root.resolve("proc");
        long own = number(target(proc.resolve("self/ns/net")));
        Map<Long, Found> found = new LinkedHashMap<>();
        found.put(own, new Found(own, true, "", "", proc.resolve("self/ns/net")));
        for (String folder : NAMED) {
            for (Path each : list(root.resolve(folder), "*")) {
                long number = inode(each);
                String name = String.valueOf(each.getFileName());
                boolean byIp = folder.equals(NAMED.get(0));
                found.putIfAbsent(
                        number,
                        new Found(
                                number,
                                false,
                                name,
                                byIp ? "ip netns exec " + name + " " : "nsenter --net=" + each + " ",
                                each));
            }
        }
        int hidden = 0;
        for (Path process : list(proc, "[0-9]*")) {
            Path file = process.resolve("ns/net");
            try {
                long number = number(Files.readSymbolicLink(file).toString());
                String pid = String.valueOf(process.getFileName());
                found.putIfAbsent(
                        number, new Found(number, false, "process " + pid, "nsenter -t " + pid + " -n ", file));
            } catch (AccessDeniedException e) {
                hidden += isEnded(process) ? 0 : 1;
            } catch (IOException e) {
                // It has ended.
            }
        }
        found.remove(-1L);
        return new NetworkNamespaces(new ArrayList<>(found.values()), hidden);
    }

    /** All that were found. */
    public List<Found> all() {
        return all;
    }

    /** Of how many processes this user may not see the namespace. */
    public int hidden() {
        return hidden;
    }

    /** Whether a process has ended and is only still listed: nobody may see its namespaces. */
    private static boolean isEnded(Path process) {
        try {
            String stat = Files.readString(process.resolve("stat"), StandardCharsets.ISO_8859_1);
            int at = stat.lastIndexOf(')') + 2;
            return at >= stat.length() || stat.charAt(at) == 'Z' || stat.charAt(at) == 'X';
        } catch (IOException e) {
            return true;
        }
    }

    private static List<Path> list(Path folder, String pattern) {
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder, pattern)) {
            stream.forEach(files::add);
        } catch (IOException | DirectoryIteratorException e) {
            return files; // There is none.
        }
        files.sort(null);
        return files;
    }

    /** The number in what a link in {@code /proc} points to; -1 if it has none. */
    private static long number(String target) {
        Matcher matcher = LINK.matcher(target);
        return matcher.matches() ? Long.parseLong(matcher.group(1)) : -1;
    }

    private static String target(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException e) {
            return "";
        }
    }

    /** The number of the namespace that a named file stands for. */
    private static long inode(Path file) {
        try {
            return ((Number) Files.getAttribute(file, "unix:ino")).longValue();
        } catch (IOException | UnsupportedOperationException e) {
            return -1;
        }
    }

    private static void join(Path path) throws IOException {
        try {
            int file = NamespaceLibC.open(path.toString(), NamespaceLibC.O_CLOEXEC);
            try {
                NamespaceLibC.setns(file, NamespaceLibC.CLONE_NEWNET);
            } finally {
                NamespaceLibC.close(file);
            }
        } catch (LastErrorException e) {
            throw new IOException("the kernel does not let finspect in (errno " + e.getErrorCode() + ")", e);
        } catch (LinkageError e) {
            throw new IOException("JNA cannot be loaded: " + e.getMessage(), e);
        }
    }

    private static <T> T run(Callable<T> work) throws IOException {
        try {
            return work.call();
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            throw cause instanceof IOException io ? io : new IOException(String.valueOf(cause), cause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException(e.toString(), e);
        }
    }
}
