package dev.finspect.lab;

import dev.finspect.lab.net.Namespace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** An sshd of the test's own, for the user who runs the test, with keys made for it. */
public final class SshServer implements AutoCloseable {
    private final Background process;
    private final int port;
    private final Path userKey;

    SshServer(LabFolder folder) throws IOException {
        this(folder, "127.0.0.1", command -> command);
    }

    /** One on a host of the test's own. */
    public SshServer(LabFolder folder, String address, Namespace host) throws IOException {
        this(folder, address, host::command);
    }

    private SshServer(LabFolder folder, String address, UnaryOperator<List<String>> where) throws IOException {
        Path hostKey = key(folder, "host-key");
        userKey = key(folder, "user-key");
        port = Background.freePort();
        if (Programs.isRoot()) {
            // sshd demands it of root, and a package whose service never ran has not made it.
            Path separation = Path.of("/run/sshd");
            if (!Files.exists(separation)) {
                Files.createDirectory(
                        separation, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
            }
        }
        Path config = folder.file("sshd.conf", """
                Port %d
                ListenAddress %s
                HostKey %s
                AuthorizedKeysFile %s.pub
                PidFile none
                StrictModes no
                UsePAM no
                PermitRootLogin yes
                PasswordAuthentication no
                KbdInteractiveAuthentication no
                LogLevel VERBOSE
                """.formatted(port, address, hostKey, userKey));
        process = Background.start(
                folder.path("sshd.log"),
                where.apply(List.of(Programs.path("sshd"), "-D", "-e", "-f", config.toString())));
        process.listeningOn(port);
    }

    private static Path key(LabFolder folder, String name) {
        Path key = folder.path(name);
        Program.of(Programs.path("ssh-keygen"), "-q", "-t", "ed25519", "-N", "", "-f", key.toString())
                .succeed();
        return key;
    }

    /** Where it listens. */
    public int port() {
        return port;
    }

    /** An ssh that reaches this server by another port, without the host's name. */
    public List<String> client(int throughPort) {
        List<String> command = new ArrayList<>(List.of(Programs.path("ssh"), "-F", "none", "-i", userKey.toString()));
        command.addAll(List.of("-p", String.valueOf(throughPort), "-o", "BatchMode=yes"));
        command.addAll(List.of("-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null"));
        command.addAll(List.of("-o", "LogLevel=ERROR", "-l", System.getProperty("user.name")));
        return command;
    }

    @Override
    public void close() {
        process.close();
    }
}
