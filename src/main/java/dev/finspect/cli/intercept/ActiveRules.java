package dev.finspect.cli.intercept;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The interception rules of finspect that are in force, and what prevents them from working.
 *
 * @param table finspect's nftables table as nft lists it; null if there is none or it cannot be listed
 * @param refusal why it cannot be listed; empty if it was listed
 * @param rules output of {@code ip rule} for finspect's mark, IPv4
 * @param routes output of {@code ip route} for finspect's routing table, IPv4
 * @param strict interfaces with strict reverse-path filtering
 */
public record ActiveRules(@Nullable String table, String refusal, String rules, String routes, List<String> strict) {
    private static final int STRICT = 1;
    private static final Pattern OWNED = Pattern.compile("flags [a-z,]*owner");
    /** A rule that intercepts: the ports, and where their connections go. */
    private static final Pattern INTERCEPTS =
            Pattern.compile("tcp dport (\\{[^}]*}|\\S+) .*(?:redirect|tproxy ip6?) to :(\\d+)");

    /** Reads the rules; takes some tens of milliseconds. */
    public static ActiveRules read() {
        CommandRunner.Answer table = CommandRunner.ask(
                SystemCommand.of("Lists the table.", "nft list table inet " + InterceptionRules.TABLE));
        boolean none = table.said().contains("No such file");
        return new ActiveRules(
                table.worked() ? table.said() : null,
                table.worked() || none ? "" : table.said(),
                CommandRunner.ask(SystemCommand.of("Lists the rule.", "ip rule show fwmark " + InterceptionRules.MARK))
                        .said(),
                CommandRunner.ask(SystemCommand.of(
                                "Lists the routes.", "ip route show table " + InterceptionRules.ROUTES))
                        .said(),
                strictInterfaces());
    }

    /** Whether the rules are for TPROXY. */
    public boolean tproxy() {
        return table != null && table.contains("tproxy ");
    }

    /** Whether they belong to a process, and go with it. */
    public boolean held() {
        return table != null && OWNED.matcher(table).find();
    }

    /** What is intercepted, where it goes, and for how long, a clause each on a line of its own. */
    public String summary() {
        String listed = table == null ? "" : table;
        Set<String> ports = new LinkedHashSet<>();
        Set<String> to = new LinkedHashSet<>();
        Matcher rules = INTERCEPTS.matcher(listed);
        while (rules.find()) {
            ports.add(rules.group(1));
            to.add(rules.group(2));
        }
        StringBuilder lines = new StringBuilder("mode: " + (tproxy() ? "tproxy" : "redirect"));
        lines.append("\nintercepted ports: ").append(String.join(", ", ports));
        for (String port : to) {
            lines.append("\nto: port ")
                    .append(port)
                    .append(
                            ListeningPorts.listens(Integer.parseInt(port))
                                    ? ", which is listened on"
                                    : ", where nobody listens: these connections are refused");
        }
        return lines.append("\nin force: ")
                .append(held() ? "as long as the process that holds them" : "until 'finspect intercept remove'")
                .toString();
    }

    /** What is missing or in conflict, a clause each; empty if nothing is. */
    public List<String> faults() {
        List<String> faults = new ArrayList<>();
        if (tproxy() && !rules.contains("lookup " + InterceptionRules.ROUTES)) {
            faults.add("no rule sends packets with mark " + InterceptionRules.MARK + " to routing table "
                    + InterceptionRules.ROUTES + ", so intercepted packets are lost");
        }
        if (tproxy() && !routes.contains("local")) {
            faults.add("routing table " + InterceptionRules.ROUTES
                    + " does not deliver to this host, so intercepted packets are lost");
        }
        if (tproxy() && !strict.isEmpty()) {
            faults.add("strict reverse-path filtering on " + String.join(", ", strict)
                    + " may drop servers' answers to clients' addresses");
        }
        return faults;
    }

    /** Interfaces with strict filtering: the larger of an interface's setting and that for all applies (ip-sysctl); not loopback. */
    private static List<String> strictInterfaces() {
        List<String> strict = new ArrayList<>();
        Path all = Path.of("/proc/sys/net/ipv4/conf");
        int forAll = number(all.resolve("all/rp_filter"));
        try (DirectoryStream<Path> interfaces = Files.newDirectoryStream(all)) {
            for (Path each : interfaces) {
                String name = String.valueOf(each.getFileName());
                boolean real = !name.equals("all") && !name.equals("default") && !name.equals("lo");
                if (real && Math.max(forAll, number(each.resolve("rp_filter"))) == STRICT) {
                    strict.add(name);
                }
            }
        } catch (IOException e) {
            return List.of();
        }
        strict.sort(null);
        return strict;
    }

    private static int number(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            return Integer.parseInt(new String(in.readNBytes(16), StandardCharsets.US_ASCII).strip());
        } catch (IOException | NumberFormatException e) {
            return 0;
        }
    }
}
