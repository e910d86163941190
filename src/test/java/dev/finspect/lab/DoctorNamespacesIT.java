package dev.finspect.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.lab.net.Namespace;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * {@code finspect doctor} leaves no network namespace behind. It runs alone: the kernel gives the number of a namespace that
 * is gone to the next one, which another test may make.
 */
@Tag("privileged")
@NeedsPrograms(
        value = {"ip", "nft"},
        root = true)
@Isolated
@Execution(ExecutionMode.SAME_THREAD)
final class DoctorNamespacesIT {
    private static final int SIGINT = 2;

    /** Not after its own end, nor Ctrl-C, nor SIGKILL during a trial. */
    @ParameterizedTest
    @ValueSource(strings = {"", "INT", "KILL"})
    void itsNamespacesAreGoneWithIt(String signal) throws Exception {
        try (LabFolder folder = new LabFolder();
                Namespace host = Namespace.make("doctor");
                Background doctor =
                        Background.start(folder.path("doctor.log"), host.command(FinspectProgram.command("doctor")))) {
            Set<String> own = new TreeSet<>();
            Await.until(() -> "no namespace of its own is seen\n" + doctor.output(), () -> {
                own.addAll(ofThreads(doctor.process().pid()));
                own.remove(namespaceOf(Path.of("/run/netns", host.name())));
                own.remove(String.valueOf(link(Path.of("/proc/self/ns/net"))));
                return own.size() >= 2;
            });
            boolean goesOn = signal.isEmpty() || (signal.equals("INT") && Signals.ignored(doctor.process(), SIGINT));
            if (!signal.isEmpty()) {
                Signals.send(doctor.process(), signal);
            }
            Await.until(doctor::output, () -> !doctor.process().isAlive());
            assertThat(doctor.process().exitValue()).isEqualTo(goesOn ? 0 : signal.equals("INT") ? 130 : 137);
            Await.until(() -> "still there: " + own, () -> inUse().stream().noneMatch(own::contains));
        }
    }

    /** Every network namespace that a process of this machine is in, or that has a name. */
    private static Set<String> inUse() {
        Set<String> all = new TreeSet<>();
        ProcessHandle.allProcesses().forEach(process -> all.addAll(ofThreads(process.pid())));
        try (DirectoryStream<Path> named = Files.newDirectoryStream(Path.of("/run/netns"))) {
            named.forEach(each -> all.add(namespaceOf(each)));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return all;
    }

    private static Set<String> ofThreads(long pid) {
        Set<String> all = new TreeSet<>();
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(Path.of("/proc", String.valueOf(pid), "task"))) {
            for (Path thread : threads) {
                String namespace = link(thread.resolve("ns/net"));
                if (namespace != null) {
                    all.add(namespace);
                }
            }
        } catch (IOException | java.nio.file.DirectoryIteratorException e) {
            return all; // It has ended.
        }
        return all;
    }

    private static String namespaceOf(Path file) {
        try {
            return "net:[" + Files.getAttribute(file, "unix:ino") + "]";
        } catch (IOException e) {
            return "gone"; // Another test's, a moment ago.
        }
    }

    private static @org.jspecify.annotations.Nullable String link(Path file) {
        try {
            return Files.readSymbolicLink(file).toString();
        } catch (IOException e) {
            return null; // The thread has ended.
        }
    }
}
