package dev.finspect.kernel.trace;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Where tracefs is mounted, and why it cannot be used.
 *
 * @param mounts the mount table of this process, proc(5)
 * @param lockdown the kernel's lockdown, kernel_lockdown(7)
 */
record TraceFolder(Path mounts, Path lockdown) {
    /** Those of this machine. */
    static final TraceFolder OF_MACHINE =
            new TraceFolder(Path.of("/proc/self/mounts"), Path.of("/sys/kernel/security/lockdown"));

    private static final Path USUAL = Path.of("/sys/kernel/tracing");

    /** Where it is mounted: the usual place if it is there, else any. */
    Path find() throws TraceRefused {
        List<String> lines;
        try {
            lines = Files.readAllLines(mounts);
        } catch (IOException e) {
            throw new TraceRefused("cannot read " + mounts + ". Mount /proc.");
        }
        Path found = null;
        for (String line : lines) {
            String[] words = line.split(" ", -1);
            if (words.length > 2 && words[2].equals("tracefs")) {
                Path place = Path.of(words[1]);
                found = found == null || place.equals(USUAL) ? place : found;
            }
        }
        if (found == null) {
            throw new TraceRefused("tracefs is not mounted. As root: mount -t tracefs tracefs " + USUAL
                    + "; in a container, mount the host's into it.");
        }
        return found;
    }

    /** Why this step failed. */
    TraceRefused refused(String step, IOException e) {
        String reason = e instanceof AccessDeniedException
                ? "permission denied"
                : e instanceof FileSystemException file && file.getReason() != null
                        ? file.getReason()
                        : String.valueOf(e.getMessage());
        String locked = locked();
        if (!locked.isEmpty()) {
            return new TraceRefused(step + ": " + reason + ", and the kernel is locked down (" + locked
                    + "). Lockdown in the mode confidentiality forbids all tracing; only another boot changes it.");
        }
        return new TraceRefused(step + ": " + reason
                + ". It takes root; or CAP_DAC_OVERRIDE, or write permission on its folder instances (CAP_PERFMON and"
                + " CAP_SYS_ADMIN alone do not open these files).");
    }

    private String locked() {
        try {
            String text = Files.readString(lockdown);
            return text.contains("[integrity]") || text.contains("[confidentiality]") ? text.strip() : "";
        } catch (IOException e) {
            return "";
        }
    }
}
