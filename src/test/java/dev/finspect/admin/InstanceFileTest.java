package dev.finspect.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.finspect.lab.NeedsPrograms;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class InstanceFileTest {
    private static final Instant START = Instant.parse("2026-01-02T03:04:05.678Z");

    @TempDir
    Path temporary;

    private Path directory() {
        return temporary.resolve("finspect");
    }

    @Test
    void runningInstanceIsFoundWithAllThatItWroteUntilItEnds() throws Exception {
        Instance mine = mine();
        try (InstanceFile file = InstanceFile.write(directory(), mine)) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file.path())))
                    .isEqualTo("rw-------");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory())))
                    .isEqualTo("rwx------");
            assertThat(InstanceFile.running(directory())).containsExactly(mine);
        }
        assertThat(InstanceFile.running(directory())).isEmpty();
        try (var left = Files.list(directory())) {
            assertThat(left).isEmpty();
        }
    }

    /** In a directory of another user's, such as one that all services share, each user has a directory of its own. */
    @Test
    @NeedsPrograms(
            value = {},
            root = true)
    void directoryOfAnotherUserIsSharedByUser() throws Exception {
        assertThat(RuntimeDirectory.of(temporary.toString(), Path.of("/tmp"))).isEqualTo(directory());
        Files.setAttribute(temporary, "unix:uid", 65_534);
        Path own = RuntimeDirectory.of(temporary.toString(), Path.of("/tmp"));
        assertThat(own).isEqualTo(temporary.resolve("finspect-0"));
        InstanceFile.write(own, mine()).close();
        assertThat(own).doesNotExist();
    }

    @Test
    void fileOfAProcessThatIsGoneIsRemoved() throws Exception {
        Process gone = new ProcessBuilder("true").start();
        gone.waitFor();
        assertStale(with(gone.pid(), "ticks:1"));
    }

    @Test
    void fileOfAnEarlierProcessWithOurPidIsRemoved() throws Exception {
        assertStale(with(ProcessHandle.current().pid(), "ticks:1"));
    }

    private void assertStale(Instance stale) throws IOException {
        Path file = InstanceFile.write(directory(), stale).path();
        assertThat(file).exists();
        assertThat(InstanceFile.running(directory())).isEmpty();
        assertThat(file).doesNotExist();
    }

    @Test
    void whatIsNotAnInstanceIsPassedOverAndLeftAlone() throws Exception {
        InstanceFile.write(directory(), mine());
        for (String content : List.of("", "{", "[]", "{\"pid\":1}", "{\"pid\":\"x\"}", "null")) {
            Path file = directory().resolve("1" + content.length() + ".json");
            Files.writeString(file, content);
            assertThat(InstanceFile.running(directory())).hasSize(1);
            assertThat(file).exists();
        }
    }

    @Test
    void laterStartInTheSameProcessKeepsItsFileWhenTheEarlierOneEnds() throws Exception {
        InstanceFile earlier = InstanceFile.write(directory(), mine());
        Instance mine = mine();
        try (InstanceFile later = InstanceFile.write(directory(), mine)) {
            earlier.close();
            assertThat(later.path()).exists();
        }
    }

    /** The last process to end removes the directory, at any moment of another's look or start. */
    @Test
    void directoryThatComesAndGoesIsNoErrorForWhoLooksNorForWhoStarts() throws Exception {
        Path shared = temporary.resolve("finspect-0");
        AtomicBoolean ended = new AtomicBoolean();
        FutureTask<Integer> starts = new FutureTask<>(() -> {
            int started = 0;
            for (; !ended.get(); started++) {
                InstanceFile.write(shared, mine()).close();
            }
            return started;
        });
        Thread other = new Thread(starts, "other-instance");
        other.start();
        try {
            int seen = 0;
            for (int look = 0; look < 2_000; look++) {
                seen += InstanceFile.running(shared).size();
            }
            assertThat(seen).isPositive();
        } finally {
            ended.set(true);
        }
        assertThat(starts.get(1, TimeUnit.MINUTES)).isPositive();
    }

    @Test
    void directoryThatOthersMayEnterIsRefused() throws Exception {
        Files.createDirectory(directory());
        Files.setPosixFilePermissions(directory(), PosixFilePermissions.fromString("rwxr-xr-x"));
        assertThatThrownBy(() -> InstanceFile.write(directory(), mine()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("chmod 700");
        assertThatThrownBy(() -> InstanceFile.running(directory())).hasMessageContaining("chmod 700");
    }

    @Test
    void linkInTheDirectorysPlaceIsRefused() throws Exception {
        Path elsewhere = Files.createDirectory(temporary.resolve("elsewhere"));
        Files.createSymbolicLink(directory(), elsewhere);
        assertThatThrownBy(() -> InstanceFile.write(directory(), mine())).hasMessageContaining("not a directory");
    }

    @Test
    @NeedsPrograms(root = true)
    void directoryOfAnotherUserIsRefused() throws Exception {
        Files.createDirectory(
                directory(), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Files.setAttribute(directory(), "unix:uid", 12_345);
        assertThatThrownBy(() -> InstanceFile.write(directory(), mine()))
                .hasMessageContaining("another user (uid 12345)");
    }

    @Test
    void runtimeDirectoryIsTheUsersOwnOrCarriesTheUsersNumber() throws Exception {
        assertThat(RuntimeDirectory.of(temporary.toString(), temporary)).isEqualTo(directory());
        Path numbered = temporary.resolve("finspect-" + RuntimeDirectory.userId());
        assertThat(RuntimeDirectory.of(null, temporary)).isEqualTo(numbered);
        assertThat(RuntimeDirectory.of("", temporary)).isEqualTo(numbered);
        assertThat(RuntimeDirectory.of(temporary.resolve("missing").toString(), temporary))
                .isEqualTo(numbered);
    }

    @Test
    void tokensDifferAndStayOutOfLogs() {
        Instance mine = mine();
        assertThat(mine.token()).hasSize(43).isNotEqualTo(mine().token());
        assertThat(mine.toString()).doesNotContain(mine.token());
    }

    private static Instance mine() {
        InetSocketAddress local = new InetSocketAddress(Loopback.IPV4, 15432);
        return Instance.ofThisProcess(
                "0.1.0", START, new InetSocketAddress(Loopback.IPV4, 9600), null, Map.of("db", List.of(local)));
    }

    private static Instance with(long pid, String mark) {
        return new Instance(pid, mark, "0.1.0", START, null, "token", Map.of());
    }
}
