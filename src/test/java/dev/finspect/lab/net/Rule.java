package dev.finspect.lab.net;

import dev.finspect.lab.Program;
import dev.finspect.lab.Programs;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An nftables rule in a namespace that acts on exactly the packets that match, and counts them. Closing it removes it.
 * Needs the program {@code nft}.
 *
 * <p>A capture in the same namespace sees what {@link Hook#INPUT} drops, and does not see what {@link Hook#OUTPUT} drops.
 */
public final class Rule implements AutoCloseable {
    /** SYNs, not SYN-ACKs. */
    public static final String SYN = "tcp flags & (syn|ack) == syn";
    /** SYN-ACKs. */
    public static final String SYN_ACK = "tcp flags & (syn|ack) == (syn|ack)";

    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static final Pattern PACKETS = Pattern.compile("packets (\\d+)");

    private final Namespace namespace;
    private final String table;

    private Rule(Namespace namespace, String table) {
        this.namespace = namespace;
        this.table = table;
    }

    /** Where in the kernel's path the rule applies. */
    public enum Hook {
        /** What comes for this host. */
        INPUT,
        /** What this host sends. */
        OUTPUT,
        /** What this host passes on. */
        FORWARD
    }

    /** Drops all packets that match, in nft's words. */
    public static Rule drop(Namespace namespace, Hook hook, String match) {
        return make(namespace, hook, match, "drop");
    }

    /** Drops the first {@code packets} that match and lets all others pass, for a day. */
    public static Rule dropFirst(int packets, Namespace namespace, Hook hook, String match) {
        return make(namespace, hook, match + " limit rate 1/day burst " + packets + " packets", "drop");
    }

    /** Answers all packets that match with an ICMP error, for example {@code port-unreachable} or {@code admin-prohibited}. */
    public static Rule rejectWithIcmp(Namespace namespace, Hook hook, String match, String type) {
        return make(namespace, hook, match, "reject with icmpx type " + type);
    }

    /** Answers all segments that match with an RST that looks like their receiver's. */
    public static Rule rejectWithReset(Namespace namespace, Hook hook, String match) {
        return make(namespace, hook, match, "reject with tcp reset");
    }

    /** Lets all packets that match pass with this time to live, as if they had come from further away. */
    public static Rule timeToLive(Namespace namespace, Hook hook, String match, int hops) {
        return make(namespace, hook, match, "ip ttl set " + hops);
    }

    /** Lets all packets that match pass, and counts them. */
    public static Rule count(Namespace namespace, Hook hook, String match) {
        return make(namespace, hook, match, "accept");
    }

    private static Rule make(Namespace namespace, Hook hook, String match, String verdict) {
        Rule rule = new Rule(namespace, "finspect_lab_" + NUMBER.incrementAndGet());
        rule.nft("add table inet " + rule.table);
        rule.nft("add counter inet " + rule.table + " hits");
        rule.nft("add chain inet " + rule.table + " only { type filter hook "
                + hook.name().toLowerCase(java.util.Locale.ROOT) + " priority -10; policy accept; }");
        rule.nft("add rule inet " + rule.table + " only " + match + " counter name hits " + verdict);
        return rule;
    }

    /** How many packets it has met so far. */
    public long packets() {
        Matcher counted = PACKETS.matcher(nft("list counter inet " + table + " hits"));
        if (!counted.find()) {
            throw new AssertionError("nft shows no counter of " + table);
        }
        return Long.parseLong(counted.group(1));
    }

    private String nft(String command) {
        return Program.of(namespace.command(List.of(Programs.path("nft"), command)))
                .succeed()
                .text();
    }

    @Override
    public void close() {
        nft("delete table inet " + table);
    }
}
