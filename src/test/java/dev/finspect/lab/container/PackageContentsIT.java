package dev.finspect.lab.container;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.lab.NeedsPrograms;
import dev.finspect.lab.Program;
import dev.finspect.lab.Programs;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the packages have in them. */
final class PackageContentsIT {
    private static final List<String> COMMANDS = List.of("run", "read", "explain", "doctor");

    @Test
    @NeedsPrograms("dpkg-deb")
    void theDebianPackageHasEverythingAtItsPlace() throws IOException {
        String deb = built("finspect_*_all.deb");
        String files =
                Program.of(Programs.path("dpkg-deb"), "-c", deb).succeed().text();
        assertThat(files)
                .containsPattern("-rwxr-xr-x .* \\./usr/lib/finspect/finspect\n")
                .contains(
                        " ./usr/lib/finspect/finspect.jar\n",
                        "/usr/bin/finspect -> ../lib/finspect/finspect\n",
                        " ./usr/share/bash-completion/completions/finspect\n",
                        " ./usr/share/zsh/vendor-completions/_finspect\n",
                        " ./usr/share/fish/vendor_completions.d/finspect.fish\n",
                        " ./lib/systemd/system/finspect.service\n",
                        " ./etc/finspect/finspect.yaml\n");
        assertThat(COMMANDS)
                .allSatisfy(command -> assertThat(files).contains("/usr/share/man/man1/finspect-" + command + ".1"));
        String control =
                Program.of(Programs.path("dpkg-deb"), "-f", deb).succeed().text();
        assertThat(control)
                .contains("Package: finspect\n", "Architecture: all\n", "java17-runtime-headless")
                .doesNotContainPattern("(?i)licen[cs]e");
    }

    @Test
    @NeedsPrograms("tar")
    void theArchiveHasOneFolderWithEverything() throws IOException {
        String files = Program.of(Programs.path("tar"), "-tzvf", built("finspect-*.tar.gz"))
                .succeed()
                .text();
        assertThat(files.lines()).allMatch(line -> line.contains(" finspect-"));
        assertThat(files)
                .containsPattern("-rwxr-xr-x .* finspect-[^/]+/finspect\n")
                .contains("/finspect.jar\n", "/config/finspect.yaml\n", "/systemd/finspect.service\n", "/README.md\n")
                .contains("/completion/finspect.bash\n", "/completion/_finspect\n", "/completion/finspect.fish\n");
        assertThat(COMMANDS).allSatisfy(command -> assertThat(files).contains("/man/man1/finspect-" + command + ".1"));
    }

    private static String built(String name) throws IOException {
        Path target = Path.of("target");
        try (DirectoryStream<Path> files = Files.newDirectoryStream(target, name)) {
            for (Path file : files) {
                return file.toString();
            }
        }
        throw new AssertionError("mvn package has made no " + name + " in " + target);
    }
}
