package dev.finspect.cli.run;

import dev.finspect.admin.Instance;
import dev.finspect.admin.InstanceFile;
import dev.finspect.admin.RuntimeDirectory;
import dev.finspect.cli.process.CommandFailure;
import dev.finspect.cli.process.Version;
import dev.finspect.log.FileErrorText;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The files by which others find this process; they follow its listeners, and go with it. Any thread. */
public final class FoundBy implements AutoCloseable {
    private final @Nullable Path portFile;
    private final @Nullable Path instances;
    private final PrintStream err;
    private final Instant startedAt = Instant.now();
    private Optional<InstanceFile> instance = Optional.empty();
    private Optional<PortFile> ports = Optional.empty();
    private boolean closed;

    /**
     * None is written yet.
     *
     * @param portFile null for none
     * @param instances the directory of the instance file; null for that in which commands look for it
     */
    public FoundBy(@Nullable Path portFile, @Nullable Path instances, PrintStream err) {
        this.portFile = portFile;
        this.instances = instances;
        this.err = err;
    }

    /** Where the instance file is. */
    Path directory() throws IOException {
        return instances == null ? RuntimeDirectory.ofThisUser() : instances;
    }

    /** Writes the file by which later commands find this process; without it they need --admin. */
    public synchronized void writeInstance(Reachable service) {
        try {
            Instance now = Instance.ofThisProcess(
                    Version.number(),
                    startedAt,
                    service.adminAddress().orElse(null),
                    service.adminToken().orElse(null),
                    service.listening());
            instance = Optional.of(InstanceFile.write(directory(), now));
        } catch (IOException e) {
            err.println("warning: other commands cannot find this finspect without --admin: cannot write its instance"
                    + " file to " + System.getProperty("java.io.tmpdir") + " or XDG_RUNTIME_DIR ("
                    + (e instanceof FileSystemException ? FileErrorText.of(e) : e.getMessage()) + ")");
        }
    }

    /** Writes the port file, if one is wanted. */
    public synchronized void writePorts(Reachable service) throws CommandFailure {
        if (portFile != null) {
            ports = Optional.of(PortFile.write(portFile, service.listening(), service.adminAddress()));
        }
    }

    /** The listeners have changed. */
    public synchronized void rewrite(Reachable service) {
        if (closed) {
            return;
        }
        if (instance.isPresent()) {
            writeInstance(service);
        }
        try {
            writePorts(service);
        } catch (CommandFailure e) {
            err.println("warning: " + e.getMessage());
        }
    }

    /** Another process takes the place of this one, and writes the port file. */
    synchronized void handOver() {
        closed = true;
        instance.ifPresent(InstanceFile::close);
        instance = Optional.empty();
        ports = Optional.empty();
    }

    @Override
    public synchronized void close() {
        closed = true;
        instance.ifPresent(InstanceFile::close);
        ports.ifPresent(PortFile::close);
    }
}
