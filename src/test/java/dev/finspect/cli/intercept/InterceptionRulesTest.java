package dev.finspect.cli.intercept;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.relay.Interception.Mode;
import dev.finspect.relay.PortRange;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class InterceptionRulesTest {
    private static InterceptionPlan plan(Mode mode, Optional<String> networkInterface, boolean local, boolean v6) {
        return new InterceptionPlan(
                mode,
                List.of(new PortRange(80, 80), new PortRange(8000, 8100)),
                15001,
                networkInterface,
                local,
                "finspect",
                v6);
    }

    private static List<String> shown(List<SystemCommand> lines) {
        return lines.stream().map(SystemCommand::shown).toList();
    }

    @Test
    void redirectIsOneTableMadeAnew() {
        assertThat(shown(InterceptionRules.apply(plan(Mode.REDIRECT, Optional.of("eth0"), true, true))))
                .containsExactly("""
                        nft -f - <<'END'
                        add table inet finspect
                        delete table inet finspect
                        table inet finspect {
                          chain intercept {
                            # Before the routing decision: packets from other machines.
                            type nat hook prerouting priority dstnat; policy accept;
                            iifname "eth0" tcp dport { 80, 8000-8100 } tcp flags & (fin | syn | rst | ack) == syn redirect to :15001
                          }
                          chain local {
                            # Packets of programs on this machine, except finspect's user: that would be a loop.
                            type nat hook output priority -100; policy accept;
                            meta skuid != finspect tcp dport { 80, 8000-8100 } tcp flags & (fin | syn | rst | ack) == syn redirect to :15001
                          }
                        }
                        END""");
    }

    @Test
    void tproxyRoutesMarkedPacketsToThisMachine() {
        assertThat(shown(InterceptionRules.apply(plan(Mode.TPROXY, Optional.empty(), false, true))))
                .containsExactly(
                        "ip -4 rule add priority 241 fwmark 0xf1 lookup 241",
                        "ip -4 route replace local 0.0.0.0/0 dev lo table 241",
                        "ip -6 rule add priority 241 fwmark 0xf1 lookup 241",
                        "ip -6 route replace local ::/0 dev lo table 241",
                        """
                        nft -f - <<'END'
                        add table inet finspect
                        delete table inet finspect
                        table inet finspect {
                          chain divert {
                            # Packets of finspect's connections, including answers of its upstreams, are delivered here, and so are
                            # ICMP errors about them, which would otherwise be routed to the client.
                            # On the listen port, matches accepted sockets only, not the transparent wildcard listener.
                            type filter hook prerouting priority mangle; policy accept;
                            tcp dport != 15001 socket transparent 1 meta mark set 0xf1 accept
                            tcp dport 15001 socket wildcard 0 socket transparent 1 meta mark set 0xf1 accept
                            meta l4proto { icmp, ipv6-icmp } socket transparent 1 meta mark set 0xf1 accept
                          }
                          chain intercept {
                            # New connections to these ports go to finspect's listener unchanged; those to this host itself
                            # are not intercepted.
                            type filter hook prerouting priority mangle + 1; policy accept;
                            fib daddr type local accept
                            meta nfproto ipv4 tcp dport { 80, 8000-8100 } tcp flags & (fin | syn | rst | ack) == syn tproxy ip to :15001 meta mark set 0xf1 accept
                            meta nfproto ipv6 tcp dport { 80, 8000-8100 } tcp flags & (fin | syn | rst | ack) == syn tproxy ip6 to :15001 meta mark set 0xf1 accept
                          }
                        }
                        END""");
    }

    /** An interactive nft takes a command from each line. */
    @Test
    void rulesThatAProcessHoldsAreOneLineWithAnOwner() {
        assertThat(InterceptionRules.owned(plan(Mode.REDIRECT, Optional.of("eth0"), true, true)))
                .isEqualTo("table inet finspect { flags owner; chain intercept { type nat hook prerouting priority"
                        + " dstnat; policy accept; iifname \"eth0\" tcp dport { 80, 8000-8100 } tcp flags & (fin | syn"
                        + " | rst | ack) == syn redirect to :15001; }; chain local { type nat hook output priority"
                        + " -100; policy accept; meta skuid != finspect tcp dport { 80, 8000-8100 } tcp flags & (fin |"
                        + " syn | rst | ack) == syn redirect to :15001; }; }; \n");
        assertThat(InterceptionRules.owned(plan(Mode.TPROXY, Optional.empty(), false, true)))
                .startsWith("table inet finspect { flags owner; chain divert {")
                .contains("}; chain intercept {")
                .endsWith("}; }; \n");
        assertThat(shown(InterceptionRules.routing(plan(Mode.TPROXY, Optional.empty(), false, false))))
                .containsExactly(
                        "ip -4 rule add priority 241 fwmark 0xf1 lookup 241",
                        "ip -4 route replace local 0.0.0.0/0 dev lo table 241");
    }

    @Test
    void machineWithoutIpv6IsNotAskedForIt() {
        assertThat(shown(InterceptionRules.apply(plan(Mode.TPROXY, Optional.empty(), false, false))))
                .noneMatch(line -> line.contains("-6") || line.contains("ip6"));
        assertThat(shown(InterceptionRules.remove(false))).noneMatch(line -> line.contains("-6"));
    }

    @Test
    void removalNamesAllThatIsSetAndFailsOverNothing() {
        assertThat(shown(InterceptionRules.remove(true)))
                .containsExactly(
                        "nft delete table inet finspect 2>/dev/null || true",
                        "ip -4 rule del fwmark 0xf1 lookup 241 2>/dev/null || true",
                        "ip -4 route flush table 241 2>/dev/null || true",
                        "ip -6 rule del fwmark 0xf1 lookup 241 2>/dev/null || true",
                        "ip -6 route flush table 241 2>/dev/null || true");
        assertThat(InterceptionRules.remove(true)).allMatch(SystemCommand::mayFail);
    }
}
