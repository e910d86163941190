package dev.finspect.cli.intercept;

import dev.finspect.relay.Interception.Mode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The commands that set the rules of a plan, and those that take them back.
 *
 * <p>Everything of nftables is in one table of finspect's own, which is replaced in one transaction; so each list of commands
 * can be run again and again. TPROXY also needs a rule and a table of routes, by which packets with finspect's mark are
 * delivered to this machine though their addresses are others'.
 */
public final class InterceptionRules {
    /** nftables' table, of family inet. */
    public static final String TABLE = "finspect";

    static final String MARK = "0xf1";
    static final String ROUTES = "241";
    /** Of the rule for marked packets: always the same, so that there is one however often it is added. */
    private static final String PRIORITY = "241";
    /** Connections that began before the rules did are none of finspect's, which would answer them with an RST. */
    private static final String NEW = "tcp flags & (fin | syn | rst | ack) == syn ";

    private static final Path V6 = Path.of("/proc/net/if_inet6");
    private static final Path V6_IS_OFF = Path.of("/proc/sys/net/ipv6/conf/lo/disable_ipv6");

    /** The system's programs that the commands are of. */
    static final List<String> PROGRAMS = List.of("ip", "nft");

    private InterceptionRules() {}

    /** Whether this machine has IPv6, so that rules for it can work. */
    public static boolean machineHasV6() {
        try {
            return Files.exists(V6)
                    && !(Files.exists(V6_IS_OFF)
                            && Files.readString(V6_IS_OFF).strip().equals("1"));
        } catch (IOException e) {
            return true; // Then the commands tell.
        }
    }

    /** What sets them, in order. */
    public static List<SystemCommand> apply(InterceptionPlan plan) {
        return plan.mode() == Mode.TPROXY ? tproxy(plan) : redirect(plan);
    }

    /** What stops new connections from being taken, and leaves to finspect those that it has. */
    public static List<SystemCommand> stopTaking() {
        String why = "New connections pass finspect by; those that it has go on.";
        return List.of(
                SystemCommand.ifThere(why, "nft flush chain inet " + TABLE + " intercept"),
                SystemCommand.ifThere(why, "nft flush chain inet " + TABLE + " local"));
    }

    /** What succeeds while packets of connections that TPROXY has taken are kept here. */
    static SystemCommand diverting() {
        return SystemCommand.of("Whether TPROXY was applied.", "nft list chain inet " + TABLE + " divert");
    }

    /** What succeeds while rules of a plan are in force. */
    static SystemCommand inForce() {
        return SystemCommand.of("Whether any plan was applied.", "nft list table inet " + TABLE);
    }

    /** What takes all rules back, whichever there are. */
    public static List<SystemCommand> remove(boolean v6) {
        List<SystemCommand> lines = new ArrayList<>();
        lines.add(SystemCommand.ifThere("Takes away finspect's table with all its rules.", "nft delete table inet " + TABLE));
        lines.addAll(removeRouting(v6));
        return lines;
    }

    /** The part of it that is not in the table. */
    static List<SystemCommand> removeRouting(boolean v6) {
        List<SystemCommand> lines = new ArrayList<>();
        for (String ip : families(v6)) {
            lines.add(SystemCommand.each(
                    "Takes away the rule for marked packets.", ip + " rule del fwmark " + MARK + " lookup " + ROUTES));
            lines.add(SystemCommand.ifThere("Takes away the routes for them.", ip + " route flush table " + ROUTES));
        }
        return lines;
    }

    private static List<SystemCommand> redirect(InterceptionPlan plan) {
        StringBuilder rules = table();
        rules.append("  chain intercept {\n")
                .append("    # Before this machine decides where a packet goes: what comes from other machines.\n")
                .append("    type nat hook prerouting priority dstnat; policy accept;\n")
                .append("    ")
                .append(match(plan))
                .append("redirect to :")
                .append(plan.listenPort())
                .append("\n  }\n");
        if (plan.local()) {
            rules.append("  chain local {\n")
                    .append(
                            "    # What programs on this machine send, but for finspect's user: else it would go round.\n")
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
                "Sends connections to these ports to finspect, port " + plan.listenPort()
                        + "; the kernel remembers where they were bound for.",
                rules.toString()));
    }

    private static List<SystemCommand> tproxy(InterceptionPlan plan) {
        StringBuilder rules = table();
        rules.append("  chain divert {\n")
                .append(
                        "    # Packets of connections that finspect has, its upstreams' answers among them, stay here, and so\n")
                .append("    # do ICMP errors about such packets, which would else be sent on to the client.\n")
                .append("    # A listener on all addresses is transparent too, and has what it accepts alone.\n")
                .append("    type filter hook prerouting priority mangle; policy accept;\n")
                .append(divert("tcp dport != " + plan.listenPort()))
                .append(divert("tcp dport " + plan.listenPort() + " socket wildcard 0"))
                .append(divert("meta l4proto { icmp, ipv6-icmp }"))
                .append("  }\n")
                .append("  chain intercept {\n")
                .append(
                        "    # New connections to these ports are handed to finspect's listener as they are; those to this\n")
                .append("    # host itself are left alone.\n")
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
                    "Packets that bear finspect's mark are routed by a table of their own.",
                    ip + " rule add priority " + PRIORITY + " fwmark " + MARK + " lookup " + ROUTES));
            lines.add(SystemCommand.of(
                    "That table delivers every address to this machine.",
                    ip + " route replace local " + (six ? "::/0" : "0.0.0.0/0") + " dev lo table " + ROUTES));
        }
        lines.add(SystemCommand.nft(
                "Marks the packets of intercepted connections, and hands new ones to finspect, port "
                        + plan.listenPort() + ".",
                rules.toString()));
        return lines;
    }

    /** The table made anew: deleting what was just added cannot fail, and all of it is one transaction. */
    private static StringBuilder table() {
        return new StringBuilder(
                "add table inet " + TABLE + "\ndelete table inet " + TABLE + "\ntable inet " + TABLE + " {\n");
    }

    /** Keeps those of them here that belong to a socket of finspect's. */
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
