package dev.finspect.bench;

import dev.finspect.bench.host.Network;
import dev.finspect.bench.host.ShortCommand;
import dev.finspect.bench.proxy.Proxy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** The conditions of a measurement: the machine, the programs and the runs. Also printed at the start. */
final class Conditions {
    /** finspect's launcher may first have to build, and says so on lines of its own. */
    private static final Duration VERSION_LIMIT = Duration.ofMinutes(5);

    private static final Pattern VERSION = Pattern.compile("\\d\\.\\d");

    private final List<String> sentences = new ArrayList<>();

    void add(String sentence) {
        sentences.add(sentence);
        Progress.say(sentence);
    }

    List<String> sentences() {
        return List.copyOf(sentences);
    }

    /** Those contenders that can run; of the others it is noted why they cannot. */
    List<Proxy> withoutObstacle(List<Proxy> proxies) {
        List<Proxy> able = new ArrayList<>();
        for (Proxy proxy : proxies) {
            Optional<String> obstacle = proxy.obstacle();
            if (obstacle.isEmpty()) {
                able.add(proxy);
            } else {
                add("Skipped " + proxy.name() + ": " + obstacle.get() + ".");
            }
        }
        return able;
    }

    void describe(Plan plan, Network network, List<Proxy> proxies) throws IOException {
        add("Linux " + System.getProperty("os.version") + " on " + System.getProperty("os.arch") + ", "
                + Runtime.getRuntime().availableProcessors()
                + " processors, shared by the proxy, its clients and its service; load average before: "
                + loadAverage() + ".");
        add(network.description() + ", congestion control " + network.congestionControl() + ".");
        add("Rounds: " + plan.rounds() + " of " + plan.runSeconds() + " s in random order (seed " + plan.seed()
                + "), after " + plan.warmUpSeconds() + " s of warm-up; cells are median (least to greatest).");
        for (Proxy proxy : proxies) {
            add(proxy.name() + ": " + version(proxy) + proxy.setting() + ".");
        }
    }

    private static String loadAverage() throws IOException {
        return Files.readString(Path.of("/proc/loadavg")).split(" ", 2)[0];
    }

    /** The contender's version line with a separator; empty if it prints none. */
    private static String version(Proxy proxy) {
        if (proxy.versionCommand().isEmpty()) {
            return "";
        }
        try {
            return ShortCommand.run(proxy.versionCommand(), VERSION_LIMIT)
                            .lines()
                            .filter(VERSION.asPredicate())
                            .findFirst()
                            .orElse("no version told")
                    + "; ";
        } catch (IOException e) {
            return "no version told; ";
        }
    }
}
