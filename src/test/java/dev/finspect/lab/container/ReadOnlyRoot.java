package dev.finspect.lab.container;

import com.fasterxml.jackson.databind.JsonNode;
import dev.finspect.lab.LabFolder;
import dev.finspect.lab.Programs;
import dev.finspect.lab.net.Namespace;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A container as {@code docker/compose.yaml} describes it, made by mount(2) and capabilities(7) alone, since no engine is
 * needed for that: a root that nobody can write to, a temp folder of its own, and of all capabilities CAP_NET_RAW and the
 * three that are used up on the way there.
 */
final class ReadOnlyRoot {
    private static final String ENTER = """
            set -e
            root=$1 config=$2 user=$3
            shift 3
            mkdir -p "$root/etc/finspect"
            touch "$root/etc/finspect/finspect.yaml"
            mount --bind "$root" "$root"
            mount --bind "$config" "$root/etc/finspect/finspect.yaml"
            mount -t proc proc "$root/proc"
            mount --bind /dev "$root/dev"
            mount -t tmpfs -o exec,mode=1777,size=64m tmpfs "$root/tmp"
            mount -o remount,bind,ro "$root"
            exec setpriv --bounding-set=-all,+net_raw,+setuid,+setgid,+sys_chroot \\
                chroot --userspec="$user" "$root" "$@"
            """;

    private ReadOnlyRoot() {}

    /** Starts finspect there. */
    static RunningContainer start(Buildah buildah, LabFolder folder, Namespace namespace, String configuration)
            throws IOException {
        JsonNode image = RunningContainer.image(buildah);
        String container = buildah.succeed("from", FinspectImage.NAME);
        List<String> command = new ArrayList<>(List.of(Programs.path("unshare"), "--mount", "--pid", "--fork"));
        command.addAll(List.of("sh", "-c", ENTER, "sh", buildah.succeed("mount", container)));
        command.addAll(List.of(
                folder.file("finspect.yaml", configuration).toString(),
                image.at("/User").asText()));
        command.addAll(RunningContainer.WITHOUT_HOST);
        command.add("FINSPECT_CONFIG=/etc/finspect/finspect.yaml");
        image.at("/Entrypoint").forEach(word -> command.add(word.asText()));
        image.at("/Cmd").forEach(word -> command.add(word.asText()));
        return RunningContainer.started(namespace, folder, command, image);
    }

    /** The root directory as that process sees it. */
    static String root(ProcessHandle process) {
        return "/proc/" + process.pid() + "/root";
    }
}
