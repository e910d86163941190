package dev.finspect.cli.intercept;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
