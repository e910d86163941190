package dev.finspect.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@NeedsPrograms("rsync")
final class RsyncIT {
    private static final int FILES = 100;

    @ParameterizedTest
    @ValueSource(strings = {"epoll", "nio"})
    void rsyncThereAndBack(String engine) throws IOException {
        int port = Background.freePort();
        try (LabFolder folder = new LabFolder();
                Background daemon = daemon(folder, port);
                ProxyProcess proxy = ProxyProcess.start(folder, engine, port)) {
            Path tree = tree(folder);
            Path back = Files.createDirectory(folder.path("back"));
            daemon.listeningOn(port);

            String module = "rsync://127.0.0.1:" + proxy.port() + "/lab/";
            rsync(tree + "/", module);
            rsync(module, back + "/");
            // Nothing left to do.
            assertThat(rsync("--itemize-changes", tree + "/", module).text()).isEmpty();

            assertThat(digests(back)).hasSize(FILES).isEqualTo(digests(tree));
            proxy.stop().number(3).metersAgree();
        }
    }

    private static Program.Ran rsync(String... arguments) {
        String[] command = Stream.concat(Stream.of(Programs.path("rsync"), "-a"), Stream.of(arguments))
                .toArray(String[]::new);
        return Program.of(command).succeed();
    }

    private static Background daemon(LabFolder folder, int port) throws IOException {
        Path module = Files.createDirectory(folder.path("module"));
        Path config = folder.file("rsyncd.conf", """
                address = 127.0.0.1
                port = %d
                use chroot = no
                pid file = %s
                %s
                [lab]
                path = %s
                read only = no
                """.formatted(
                        port, folder.path("rsyncd.pid"), Programs.isRoot() ? "uid = root\ngid = root" : "", module));
        return Background.start(
                folder.path("rsyncd.log"),
                List.of(
                        Programs.path("rsync"),
                        "--daemon",
                        "--no-detach",
                        "--config=" + config,
                        "--log-file=/dev/stderr"));
    }

    private static Path tree(LabFolder folder) throws IOException {
        Path tree = Files.createDirectory(folder.path("tree"));
        for (int i = 0; i < FILES; i++) {
            try (OutputStream file = Files.newOutputStream(tree.resolve("file-" + i))) {
                Digest.write(file, i, 1_000L * i * 2);
            }
        }
        return tree;
    }

    private static Map<String, String> digests(Path directory) throws IOException {
        Map<String, String> digests = new TreeMap<>();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                digests.put(file.getFileName().toString(), Digest.of(file));
            }
        }
        return digests;
    }
}
