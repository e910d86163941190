package dev.finspect.cli.intercept;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What is said of rules that are in force. */
final class ActiveRulesTest {
    private static final String REDIRECT = """
            table inet finspect {
            \tchain intercept {
            \t\ttype nat hook prerouting priority dstnat; policy accept;
            \t\ttcp dport { 80, 8000-8100 } tcp flags syn / fin,syn,rst,ack redirect to :PORT
            \t}
            }
            """;
    private static final String TPROXY = """
            table inet finspect { # progname nft
            \tflags owner

            \tchain divert {
            \t\ttcp dport != 15002 socket transparent 1 meta mark set 0x000000f1 accept
            \t}

            \tchain intercept {
            \t\tmeta nfproto ipv4 tcp dport 443 tcp flags syn / fin,syn,rst,ack tproxy ip to :PORT meta mark set 0xf1 accept
            \t\tmeta nfproto ipv6 tcp dport 443 tcp flags syn / fin,syn,rst,ack tproxy ip6 to :PORT meta mark set 0xf1 accept
            \t}
            }
            """;

    @TempDir
    private Path directory;

    @Test
    @EnabledOnOs(OS.LINUX)
    void theSummaryNamesPortsWhereTheyLeadAndForHowLong() throws Exception {
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = String.valueOf(listener.getLocalPort());
            ActiveRules redirect = rules(REDIRECT.replace("PORT", port));
            assertThat(redirect.held()).isFalse();
            assertThat(redirect.summary())
                    .isEqualTo("mode: redirect\nintercepted ports: { 80, 8000-8100 }\nto: port " + port
                            + ", which is listened on\nin force: until 'finspect intercept remove'");
        }
        ActiveRules tproxy = rules(TPROXY.replace("PORT", "1"));
        assertThat(tproxy.held()).isTrue();
        assertThat(tproxy.summary())
                .isEqualTo(
                        "mode: tproxy\nintercepted ports: 443\nto: port 1, where nobody listens: these connections are"
                                + " refused\nin force: as long as the process that holds them");
        assertThat(rules(null).held()).isFalse();
    }

    @Test
    void listenersAreReadUpToTheFirstRowOfAConnection() throws Exception {
        String header = "  sl  local_address rem_address   st tx_queue rx_queue\n";
        String listens = row("0100007F:1F90 00000000:0000 0A", 7, 41);
        String connected = row("0100007F:0050 0100007F:D431 01", 7, 42);
        Path table = Files.writeString(directory.resolve("tcp"), header + listens + connected + listens);
        assertThat(ListeningPorts.listeners(table, 8080)).containsExactly(new ListeningPorts.Listener(41, 7));
        assertThat(ListeningPorts.listeners(table, 80)).isEmpty();
        assertThat(ListeningPorts.listeners(directory.resolve("none"), 80)).isEmpty();
        Files.writeString(table, header);
        assertThat(ListeningPorts.listeners(table, 8080)).isEmpty();
    }

    private static String row(String addressesAndState, int user, int inode) {
        return "   0: " + addressesAndState + " 00000000:00000000 00:00000000 00000000 " + user + " 0 " + inode
                + " 1 0000000000000000 100 0 0 10 0\n";
    }

    /** A socket that was passed to a successor stays the same; that of a stranger on the same port is another. */
    @Test
    void rulesAreHeldForTheSocketsThatListenedFirstAndThoseThatTheirUserAdds() {
        var first = Set.of(new ListeningPorts.Listener(1, 7), new ListeningPorts.Listener(2, 7));
        var successor = Set.of(new ListeningPorts.Listener(2, 7), new ListeningPorts.Listener(3, 7));
        var next = Set.of(new ListeningPorts.Listener(3, 7), new ListeningPorts.Listener(4, 8));
        var stranger = Set.of(new ListeningPorts.Listener(4, 8), new ListeningPorts.Listener(5, 7));
        assertThat(ListeningPorts.goingOn(first, first)).isEqualTo(first);
        assertThat(ListeningPorts.goingOn(first, successor)).isEqualTo(successor);
        assertThat(ListeningPorts.goingOn(successor, next)).containsExactly(new ListeningPorts.Listener(3, 7));
        assertThat(ListeningPorts.goingOn(ListeningPorts.goingOn(successor, next), stranger))
                .isEmpty();
        assertThat(ListeningPorts.goingOn(first, Set.of())).isEmpty();
    }

    private static ActiveRules rules(@org.jspecify.annotations.Nullable String table) {
        return new ActiveRules(table, "", "", "", List.of());
    }
}
