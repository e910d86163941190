package dev.finspect.lab.net;

import dev.finspect.lab.Children;
import dev.finspect.lab.Program;
import dev.finspect.lab.Programs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A network namespace of a test's own (ip-netns(8)), with nothing in it but a loopback interface that is up. Needs root
 * and the program {@code ip}. Removed when it is closed, and at the latest when this JVM ends.
 */
public final class Namespace implements AutoCloseable {
    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static final Set<Namespace> LIVING = ConcurrentHashMap.newKeySet();

    static {
        Children.afterwards(() -> LIVING.forEach(Namespace::close));
    }

    private final String name;

    private Namespace(String name) {
        this.name = name;
    }

    /** Makes one, whose name begins with {@code finspect-} and ends with this. */
    public static Namespace make(String role) {
        Namespace made = new Namespace(
                "finspect-" + ProcessHandle.current().pid() + "-" + NUMBER.incrementAndGet() + "-" + role);
        LIVING.add(made);
        try {
            ip("netns", "add", made.name);
            made.ip("link set lo up");
            return made;
        } catch (RuntimeException | Error e) {
            made.close();
            throw e;
        }
    }

    /** Its name, as {@code ip netns} lists it. */
    public String name() {
        return name;
    }

    /** Runs {@code ip} in it; the arguments are parted by single spaces. */
    public void ip(String arguments) {
        List<String> command = new ArrayList<>(List.of("-n", name));
        command.addAll(List.of(arguments.split(" ", -1)));
        ip(command.toArray(String[]::new));
    }

    private static void ip(String... arguments) {
        List<String> command = new ArrayList<>(List.of(Programs.path("ip")));
        command.addAll(List.of(arguments));
        Program.of(command).succeed();
    }

    /** The command as it runs in it. */
    public List<String> command(List<String> command) {
        List<String> all = new ArrayList<>(List.of(Programs.path("ip"), "netns", "exec", name));
        all.addAll(command);
        return all;
    }

    /** Sets a kernel parameter of it, for example {@code net/ipv4/ip_forward}. */
    public void set(String key, String value) {
        Program.of(command(List.of("sh", "-c", "printf %s \"$1\" > \"/proc/sys/$2\"", "sh", value, key)))
                .succeed();
    }

    /** Programs that are started in it from now on ask this name server. */
    public void nameServer(InetAddress address) throws IOException {
        Files.createDirectories(files());
        Files.writeString(files().resolve("resolv.conf"), "nameserver " + address.getHostAddress() + "\n");
    }

    /** What {@code ip netns exec} shows below /etc. */
    private Path files() {
        return Path.of("/etc/netns", name);
    }

    /** Runs this on a thread of its own with all that it opens in this namespace; sockets stay there for good. */
    public <T> T in(Callable<T> action) throws Exception {
        FutureTask<T> task = new FutureTask<>(() -> {
            enter();
            return action.call();
        });
        Thread thread = new Thread(task, name);
        thread.start();
        try {
            return task.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        } finally {
            thread.join();
        }
    }

    /** Takes the current thread there for as long as it lives, and threads that it starts. */
    void enter() {
        int file = SetNs.open(path().toString(), 0);
        try {
            SetNs.setns(file, SetNs.CLONE_NEWNET);
        } finally {
            SetNs.close(file);
        }
    }

    private Path path() {
        return Path.of("/run/netns", name);
    }

    @Override
    public void close() {
        if (Files.exists(path())) {
            ip("netns", "del", name);
        }
        try {
            Files.deleteIfExists(files().resolve("resolv.conf"));
            Files.deleteIfExists(files());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        LIVING.remove(this);
    }
}
