package dev.finspect.cli.intercept;

import dev.finspect.relay.Interception.Mode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The commands that apply the rules of a plan, and those that remove them.
 *
 * <p>All nftables rules are in finspect's own table, which is replaced in one transaction, so each list of commands can be
 * repeated. TPROXY also needs a routing rule and a routing table that deliver packets with finspect's mark to this
 * machine, although they are addressed to other hosts.
 */
public final class InterceptionRules {
    /** The nftables table, of family inet. */
    public static final String TABLE = "finspect";

    static final String MARK = "0xf1";
    static final String ROUTES = "241";
    /** Priority of the rule for marked packets; constant, so that adding it again changes nothing. */
    private static final String PRIORITY = "241";
    /** Matches new connections only: finspect would reset connections that began before the rules. */
    private static final String NEW = "tcp flags & (fin | syn | rst | ack) == syn ";

    private static final Path V6 = Path.of("/proc/net/if_inet6");
    private static final Path V6_IS_OFF = Path.of("/proc/sys/net/ipv6/conf/lo/disable_ipv6");

    /** The programs that the commands run. */
    static final List<String> PROGRAMS = List.of("ip", "nft");

    private InterceptionRules() {}

    /** Whether this machine has IPv6, so that rules for it work. */
    public static boolean machineHasV6() {
        try {
            return Files.exists(V6)
                    && !(Files.exists(V6_IS_OFF)
                            && Files.readString(V6_IS_OFF).strip().equals("1"));
        } catch (IOException e) {
            return true; // The commands report it.
        }
    }

    /** The commands that apply a plan, in order. */
    public static List<SystemCommand> apply(InterceptionPlan plan) {
        return plan.mode() == Mode.TPROXY ? tproxy(plan) : redirect(plan);
    }

    /** The commands for the routing that a plan needs besides its table. */
    static List<SystemCommand> routing(InterceptionPlan plan) {
        return apply(plan).stream().filter(line -> line.input().isEmpty()).toList();
    }

    /**
     * The table of a plan for {@code nft -i}, which reads a command from each line. The table belongs to the process that
     * reads them, and goes with it.
     */
    static String owned(InterceptionPlan plan) {
        String rules = apply(plan).stream()
                .map(SystemCommand::input)
                .filter(input -> !input.isEmpty())
                .findFirst()
                .orElseThrow();
        StringBuilder line = new StringBuilder();
        rules.lines()
                .map(String::strip)
                .filter(each -> !each.startsWith("#") && !each.startsWith("add ") && !each.startsWith("delete "))
                .forEach(each -> line.append(each).append(each.endsWith("{") || each.endsWith(";") ? " " : "; "));
        String open = "table inet " + TABLE + " { ";
        return line.insert(open.length(), "flags owner; ").append('\n').toString();
    }

    /** Deletes a table that nobody holds. */
    static SystemCommand deletion() {
        return SystemCommand.ifThere("Removes finspect's table with all its rules.", "nft delete table inet " + TABLE);
    }

    /** The commands that stop intercepting new connections; existing ones stay with finspect. */
    public static List<SystemCommand> stopIntercepting() {
        String why = "New connections bypass finspect; existing ones go on.";
        return List.of(
                SystemCommand.ifThere(why, "nft flush chain inet " + TABLE + " intercept"),
                SystemCommand.ifThere(why, "nft flush chain inet " + TABLE + " local"));
    }

    /** A command that succeeds while TPROXY rules divert packets to finspect. */
    static SystemCommand diverting() {
        return SystemCommand.of("Whether TPROXY was applied.", "nft list chain inet " + TABLE + " divert");
    }

    /** A command that succeeds while rules of any plan are in force. */
    static SystemCommand inForce() {
        return SystemCommand.of("Whether any plan was applied.", "nft list table inet " + TABLE);
    }

    /** The commands that remove all rules. */
    public static List<SystemCommand> remove(boolean v6) {
        List<SystemCommand> lines = new ArrayList<>();
        lines.add(deletion());
        lines.addAll(removeRouting(v6));
        return lines;
    }

    /** The commands that remove the routing rule and routes. */
    static List<SystemCommand> removeRouting(boolean v6) {
        List<SystemCommand> lines = new ArrayList<>();
        for (String ip : families(v6)) {
            lines.add(SystemCommand.each(
                    "Removes the routing rule for marked packets.",
                    ip + " rule del fwmark " + MARK + " lookup " + ROUTES));
            lines.add(SystemCommand.ifThere(
                    "Removes the routes for marked packets.", ip + " route flush table " + ROUTES));
        }
        return lines;
    }

    private static List<SystemCommand> redirect(InterceptionPlan plan) {
        StringBuilder rules = table();
        rules.append("  chain intercept {\n")
                .append("    # Before the routing decision: packets from other machines.\n")
                .append("    type nat hook prerouting priority dstnat; policy accept;\n")
                .append("    ")
                .append(match(plan))
                .append("redirect to :")
                .append(plan.listenPort())
                .append("\n  }\n");
        if (plan.local()) {
            rules.append("  chain local {\n")
                    .append(
                            "    # Packets of programs on this machine, except finspect's user: that would be a loop.\n")
                    .append("    type nat hook output priority -100; policy accept;\n")
                    .append("    meta skuid != ")
                    .append(plan.exceptUser())
                    .append(" tcp dport ")
                    .append(plan.portSet())
                    .append(" ")
                    .append(NEW)
                    .append("redirect to :")
                    .append(plan.listenPort())
                    .append("\n  }\n");
        }
        rules.append("}\n");
        return List.of(SystemCommand.nft(
                "Redirects connections to these ports to finspect, port " + plan.listenPort()
                        + "; the kernel keeps their original destination.",
                rules.toString()));
    }

    private static List<SystemCommand> tproxy(InterceptionPlan plan) {
        StringBuilder rules = table();
        rules.append("  chain divert {\n")
                .append(
                        "    # Packets of finspect's connections, including answers of its upstreams, are delivered here, and so are\n")
                .append("    # ICMP errors about them, which would otherwise be routed to the client.\n")
                .append(
                        "    # On the listen port, matches accepted sockets only, not the transparent wildcard listener.\n")
                .append("    type filter hook prerouting priority mangle; policy accept;\n")
                .append(divert("tcp dport != " + plan.listenPort()))
                .append(divert("tcp dport " + plan.listenPort() + " socket wildcard 0"))
                .append(divert("meta l4proto { icmp, ipv6-icmp }"))
                .append("  }\n")
                .append("  chain intercept {\n")
                .append(
                        "    # New connections to these ports go to finspect's listener unchanged; those to this host itself\n")
                .append("    # are not intercepted.\n")
                .append("    type filter hook prerouting priority mangle + 1; policy accept;\n")
                .append("    fib daddr type local accept\n")
                .append("    ")
                .append(nfproto("ipv4", "ip", plan));
        if (plan.v6()) {
            rules.append("    ").append(nfproto("ipv6", "ip6", plan));
        }
        rules.append("  }\n}\n");
        List<SystemCommand> lines = new ArrayList<>();
        for (String ip : families(plan.v6())) {
            boolean six = ip.endsWith("6");
            lines.add(SystemCommand.of(
                    "Packets with finspect's mark use their own routing table.",
                    ip + " rule add priority " + PRIORITY + " fwmark " + MARK + " lookup " + ROUTES));
            lines.add(SystemCommand.of(
                    "This table delivers all addresses to this machine.",
                    ip + " route replace local " + (six ? "::/0" : "0.0.0.0/0") + " dev lo table " + ROUTES));
        }
        lines.add(SystemCommand.nft(
                "Marks packets of intercepted connections, and sends new connections to finspect, port "
                        + plan.listenPort() + ".",
                rules.toString()));
        return lines;
    }

    /** Recreates the table: adding it first means that the delete cannot fail; all is one transaction. */
    private static StringBuilder table() {
        return new StringBuilder(
                "add table inet " + TABLE + "\ndelete table inet " + TABLE + "\ntable inet " + TABLE + " {\n");
    }

    /** Delivers matching packets locally if they belong to one of finspect's sockets. */
    private static String divert(String which) {
        return "    " + which + " socket transparent 1 meta mark set " + MARK + " accept\n";
    }

    private static String nfproto(String family, String protocol, InterceptionPlan plan) {
        return "meta nfproto " + family + " " + match(plan) + "tproxy " + protocol + " to :" + plan.listenPort()
                + " meta mark set " + MARK + " accept\n";
    }

    private static String match(InterceptionPlan plan) {
        return plan.networkInterface().map(name -> "iifname \"" + name + "\" ").orElse("") + "tcp dport "
                + plan.portSet() + " " + NEW;
    }

    private static List<String> families(boolean v6) {
        return v6 ? List.of("ip -4", "ip -6") : List.of("ip -4");
    }
}
