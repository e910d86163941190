package dev.finspect.lab.container;

import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URL;
import java.net.URLConnection;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Where this machine's apt has its packages from (sources.list(5)): Debian or Ubuntu. */
final class AptSources {
    private static final int PATIENCE_MILLIS = 10_000;
    private static final Path APT = Path.of("/etc/apt");
    private static final Pattern ONE_LINE = Pattern.compile("(?m)^deb\\s+(?:\\[[^]]*]\\s*)?(\\S+)\\s+(\\S+)");
    private static final Pattern URIS = Pattern.compile("(?m)^URIs:\\s*(\\S+)");
    private static final Pattern SUITES = Pattern.compile("(?m)^Suites:\\s*(.+)$");
    private static final Pattern CODENAME = Pattern.compile("(?m)^VERSION_CODENAME=(\\S+)$");

    private AptSources() {}

    /** The name of this machine's release, such as {@code bookworm}. */
    static String codename() throws IOException {
        Matcher name = CODENAME.matcher(Files.readString(Path.of("/etc/os-release")));
        if (!name.find()) {
            throw new AssertionError("/etc/os-release names no release: not Debian or Ubuntu");
        }
        return name.group(1);
    }

    /** The address of the archive that has this release, not only its updates. */
    static String archive(String codename) throws IOException {
        for (String text : texts()) {
            Matcher line = ONE_LINE.matcher(text);
            while (line.find()) {
                if (line.group(2).equals(codename)) {
                    return line.group(1);
                }
            }
            for (String paragraph : text.split("\n\\s*\n", -1)) {
                Matcher uris = URIS.matcher(paragraph);
                Matcher suites = SUITES.matcher(paragraph);
                if (uris.find()
                        && suites.find()
                        && List.of(suites.group(1).strip().split("\\s+", -1)).contains(codename)) {
                    return uris.group(1);
                }
            }
        }
        throw new AssertionError("no source of " + APT + " has " + codename);
    }

    /** Whether the archive can be reached from here. */
    static boolean answers(String codename) throws IOException {
        try {
            URLConnection asked = new URL(archive(codename).replaceAll("/$", "") + "/dists/" + codename + "/InRelease")
                    .openConnection();
            asked.setConnectTimeout(PATIENCE_MILLIS);
            asked.setReadTimeout(PATIENCE_MILLIS);
            asked.getInputStream().close();
            return true;
        } catch (SocketException | UnknownHostException | SocketTimeoutException e) {
            return false;
        }
    }

    private static List<String> texts() throws IOException {
        List<String> texts = new ArrayList<>();
        Path list = APT.resolve("sources.list");
        if (Files.exists(list)) {
            texts.add(Files.readString(list));
        }
        try (Stream<Path> parts = Files.list(APT.resolve("sources.list.d"))) {
            for (Path part : parts.sorted().toList()) {
                texts.add(Files.readString(part));
            }
        }
        return texts;
    }
}
