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
 * What the kernel has of finspect's rules for interception now, and what would keep them from working.
 *
 * @param table finspect's table as nft lists it; null where there is none, or it may not be listed
 * @param refusal why it may not be listed; empty where it was
 * @param rules what {@code ip rule} shows of finspect's mark, of IPv4
 * @param routes what {@code ip route} shows of finspect's table of routes, of IPv4
 * @param strict the interfaces with strict reverse-path filtering
 */
public record ActiveRules(@Nullable String table, String refusal, String rules, String routes, List<String> strict) {
    private static final int STRICT = 1;

    /** Reads them; takes some ten milliseconds. */
    public static ActiveRules read() {
        CommandRunner.Answer table = CommandRunner.ask(SystemCommand.of("What there is.", "nft list table inet " + InterceptionRules.TABLE));
        boolean none = table.said().contains("No such file");
        return new ActiveRules(
                table.worked() ? table.said() : null,
                table.worked() || none ? "" : table.said(),
                CommandRunner.ask(SystemCommand.of("Its rule.", "ip rule show fwmark " + InterceptionRules.MARK))
                        .said(),
                CommandRunner.ask(SystemCommand.of("Its routes.", "ip route show table " + InterceptionRules.ROUTES))
                        .said(),
                strictInterfaces());
    }

    /** Whether TPROXY is among them. */
    public boolean tproxy() {
        return table != null && table.contains("tproxy ");
    }

    /** What is missing or in the way, a sentence each; empty where nothing is. */
    public List<String> faults() {
        List<String> faults = new ArrayList<>();
        if (tproxy() && !rules.contains("lookup " + InterceptionRules.ROUTES)) {
            faults.add("no rule sends packets with the mark " + InterceptionRules.MARK + " to the table of routes " + InterceptionRules.ROUTES
                    + ", so that intercepted packets are lost");
        }
        if (tproxy() && !routes.contains("local")) {
            faults.add("the table of routes " + InterceptionRules.ROUTES
                    + " does not deliver to this host, so that intercepted packets are lost");
        }
        if (tproxy() && !strict.isEmpty()) {
            faults.add("strict reverse-path filtering on " + String.join(", ", strict)
                    + " can drop what servers answer to clients' addresses");
        }
        return faults;
    }

    /** The greater of an interface's own setting and that for all counts (ip-sysctl); loopback never filters what is its own. */
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
