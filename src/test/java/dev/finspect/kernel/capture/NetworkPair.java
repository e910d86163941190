package dev.finspect.kernel.capture;

import com.sun.jna.LastErrorException;
import com.sun.jna.Native;
import dev.finspect.lab.Program;
import dev.finspect.lab.Programs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Two network namespaces of this test's own, joined by a veth pair: 10.77.0.1 and fd77::1 in the near one, 10.77.0.2 and
 * fd77::2 in the far one, which forwards and knows no way to anywhere else. Needs root.
 */
final class NetworkPair implements AutoCloseable {
    static final String NEAR = "10.77.0.1";
    static final String FAR = "10.77.0.2";
    static final String NEAR6 = "fd77::1";
    static final String FAR6 = "fd77::2";
    /** Addresses to which the near one sends by way of the far one, which cannot reach them. */
    static final String NOWHERE = "10.78.0.1";

    static final String NOWHERE6 = "fd78::1";

    private final String near = "finspect-near-" + ProcessHandle.current().pid();
    private final String far = "finspect-far-" + ProcessHandle.current().pid();

    /** Makes it, and leaves nothing behind when that fails. */
    static NetworkPair make() {
        NetworkPair pair = new NetworkPair();
        try {
            pair.build();
            return pair;
        } catch (RuntimeException | Error e) {
            pair.close();
            throw e;
        }
    }

    private void build() {
        ip("netns add " + near);
        ip("netns add " + far);
        ip("-n " + near + " link add near0 type veth peer name far0 netns " + far);
        for (String each : List.of(near, far)) {
            String link = each.equals(near) ? "near0" : "far0";
            ip("-n " + each + " addr add " + (each.equals(near) ? NEAR : FAR) + "/24 dev " + link);
            ip("-n " + each + " addr add " + (each.equals(near) ? NEAR6 : FAR6) + "/64 dev " + link + " nodad");
            ip("-n " + each + " link set lo up");
            ip("-n " + each + " link set " + link + " up");
        }
        ip("-n " + near + " route add 10.78.0.0/24 via " + FAR);
        ip("-n " + near + " route add fd78::/64 via " + FAR6);
        set(far, "net/ipv4/ip_forward");
        set(far, "net/ipv6/conf/all/forwarding");
    }

    /** Runs this with all its sockets in the near namespace. */
    <T> T near(Callable<T> action) throws Exception {
        return in(near, action);
    }

    /** Runs this with all its sockets in the far namespace. */
    <T> T far(Callable<T> action) throws Exception {
        return in(far, action);
    }

    private static <T> T in(String namespace, Callable<T> action) throws Exception {
        FutureTask<T> task = new FutureTask<>(() -> {
            enter(namespace);
            return action.call();
        });
        Thread thread = new Thread(task, namespace);
        thread.start();
        try {
            return task.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        } finally {
            thread.join();
        }
    }

    /** Takes this thread there, for as long as it lives. */
    private static void enter(String namespace) {
        int cloneNewNet = 0x40000000;
        int file = SetNs.open("/run/netns/" + namespace, 0);
        try {
            SetNs.setns(file, cloneNewNet);
        } finally {
            SetNs.close(file);
        }
    }

    private static void set(String namespace, String key) {
        Program.of(Programs.path("ip"), "netns", "exec", namespace, "sh", "-c", "echo 1 > /proc/sys/" + key)
                .succeed();
    }

    private static void ip(String arguments) {
        List<String> command = new ArrayList<>(List.of(Programs.path("ip")));
        command.addAll(List.of(arguments.split(" ", -1)));
        Program.of(command).succeed();
    }

    @Override
    public void close() {
        for (String each : List.of(near, far)) {
            if (Files.exists(Path.of("/run/netns", each))) {
                ip("netns del " + each);
            }
        }
    }

    /** The call that takes a thread to a namespace. */
    private static final class SetNs {
        static {
            Native.register(SetNs.class, "c");
        }

        static native int setns(int descriptor, int kind) throws LastErrorException;

        static native int open(String path, int flags) throws LastErrorException;

        static native int close(int descriptor) throws LastErrorException;
    }
}
