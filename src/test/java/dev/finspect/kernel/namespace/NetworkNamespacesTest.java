package dev.finspect.kernel.namespace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs(OS.LINUX)
final class NetworkNamespacesTest {
    @TempDir
    private Path root;

    private void process(String pid, String namespace) throws IOException {
        Path folder = Files.createDirectories(root.resolve("proc").resolve(pid).resolve("ns"));
        Files.createSymbolicLink(folder.resolve("net"), Path.of(namespace));
    }

    @Test
    void eachIsFoundOnceAndFinspectsOwnComesFirst() throws IOException {
        process("self", "net:[40]");
        process("1", "net:[40]");
        process("71", "net:[50]");
        process("72", "net:[50]");
        process("73", "something else");
        Files.createDirectories(root.resolve("proc/74"));
        Path named = Files.createFile(
                Files.createDirectories(root.resolve("run/netns")).resolve("lab"));
        long number = ((Number) Files.getAttribute(named, "unix:ino")).longValue();
        process("75", "net:[" + number + "]");

        NetworkNamespaces found = NetworkNamespaces.find(root);

        assertThat(found.all())
                .extracting(
                        NetworkNamespaces.Found::number,
                        NetworkNamespaces.Found::own,
                        NetworkNamespaces.Found::name,
                        NetworkNamespaces.Found::enter)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(40L, true, "", ""),
                        org.assertj.core.groups.Tuple.tuple(number, false, "lab", "ip netns exec lab "),
                        org.assertj.core.groups.Tuple.tuple(50L, false, "process 71", "nsenter -t 71 -n "));
        assertThat(found.hidden()).isZero();
    }

    @Test
    void thisMachineHasItsOwn() throws IOException {
        NetworkNamespaces.Found own = NetworkNamespaces.find().all().get(0);
        assertThat(own.own()).isTrue();
        assertThat(own.in(() -> 7)).isEqualTo(7);
        assertThatThrownBy(() -> own.in(() -> {
                    throw new IOException("as it is");
                }))
                .isInstanceOf(IOException.class)
                .hasMessage("as it is");
    }

    @Test
    void fileThatIsNoNamespaceLetsNobodyIn() throws IOException {
        Path file = Files.createFile(root.resolve("file"));
        NetworkNamespaces.Found none = new NetworkNamespaces.Found(1, false, "none", "", file);
        assertThatThrownBy(() -> none.in(() -> 7))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("the kernel does not let finspect in (errno ");
    }
}
