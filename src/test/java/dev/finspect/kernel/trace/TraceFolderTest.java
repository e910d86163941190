package dev.finspect.kernel.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where tracefs is found, and the words for why it cannot be used. */
final class TraceFolderTest {
    @TempDir
    private Path folder;

    @Test
    void theUsualPlaceIsTakenBeforeOthers() throws Exception {
        assertThat(place("proc /proc proc rw 0 0\nnodev /mnt/t tracefs rw 0 0\n", null)
                        .find())
                .isEqualTo(Path.of("/mnt/t"));
        assertThat(place("nodev /mnt/t tracefs rw 0 0\ntracefs /sys/kernel/tracing tracefs rw 0 0\n", null)
                        .find())
                .isEqualTo(Path.of("/sys/kernel/tracing"));
    }

    @Test
    void whoHasNotMountedItIsToldHow() throws IOException {
        TraceFolder none = place("proc /proc proc rw 0 0\n", null);
        assertThatThrownBy(none::find).hasMessageContaining("mount -t tracefs tracefs /sys/kernel/tracing");
        TraceFolder noProc = new TraceFolder(folder.resolve("absent"), folder);
        assertThatThrownBy(noProc::find).hasMessageContaining("Mount /proc");
    }

    @Test
    void whoLacksTheRightIsToldWhich() throws IOException {
        assertThat(place("", null)
                        .refused("cannot make it", new AccessDeniedException("x"))
                        .sentences())
                .startsWith("cannot make it: permission denied. It takes root")
                .contains("CAP_DAC_OVERRIDE");
        assertThat(place("", "[none] integrity confidentiality")
                        .refused("cannot make it", new FileSystemException("x", null, "Read-only file system"))
                        .sentences())
                .startsWith("cannot make it: Read-only file system. It takes root");
    }

    @Test
    void aKernelThatIsLockedDownIsNamed() throws IOException {
        assertThat(place("", "none integrity [confidentiality]\n")
                        .refused("cannot make it", new IOException("Operation not permitted"))
                        .sentences())
                .contains("Operation not permitted, and the kernel is locked down (none integrity [confidentiality])");
    }

    private TraceFolder place(String mounts, @Nullable String lockdown) throws IOException {
        Path file = Files.writeString(folder.resolve("mounts"), mounts);
        Path lock = folder.resolve("lockdown");
        if (lockdown != null) {
            Files.writeString(lock, lockdown);
        }
        return new TraceFolder(file, lock);
    }
}
