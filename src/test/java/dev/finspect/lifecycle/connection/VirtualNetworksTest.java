package dev.finspect.lifecycle.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.lifecycle.FlowEndReason;
import dev.finspect.lifecycle.TimeLimits;
import dev.finspect.wire.IcmpError;
import dev.finspect.wire.TcpSegment;
import dev.finspect.wire.VirtualNetwork;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Equal addresses and ports in several virtual networks: two connections, or one that is seen twice. */
final class VirtualNetworksTest {
    private static final String FIRST = """
            0   client SYN vlan=10
            1   server SYN ACK vlan=10
            2   client ACK vlan=10
            10  client ACK 300b vlan=10
            11  server ACK vlan=10
            20  server ACK 500b vlan=10
            21  client ACK vlan=10
            """;
    private static final String SECOND = """
            0.2 client SYN isn=900000 vlan=20
            1.2 server SYN ACK isn=8000000 vlan=20
            2.2 client ACK vlan=20
            12  client ACK 30b vlan=20
            13  server ACK 50b vlan=20
            14  client ACK vlan=20
            30  server FIN ACK vlan=20
            31  client FIN ACK vlan=20
            32  server ACK vlan=20
            """;

    /** The segments of a script whose times are in units of ten milliseconds, with a tenth. */
    private static List<TcpSegment> script(String script) {
        StringBuilder whole = new StringBuilder();
        script.lines().forEach(line -> {
            String[] words = line.strip().split(" +", 2);
            whole.append(Math.round(Double.parseDouble(words[0]) * 10))
                    .append(' ')
                    .append(words[1])
                    .append('\n');
        });
        return SegmentScript.segments(whole.toString());
    }

    private static List<ConnectionFacts> found(TimeLimits limits, String... scripts) {
        return new TraceFile(List.copyOf(together(scripts))).connections(limits, ServicePorts.WELL_KNOWN, true);
    }

    private static List<ConnectionFacts> found(String... scripts) {
        return found(TimeLimits.ZEEK, scripts);
    }

    private static List<TcpSegment> together(String... scripts) {
        return Stream.of(scripts)
                .flatMap(script -> script(script).stream())
                .sorted(Comparator.comparingLong(TcpSegment::atNanos))
                .toList();
    }

    private static List<String> networks(ConnectionFacts facts) {
        return facts.networks().stream().map(VirtualNetwork::label).toList();
    }

    private static List<String> histories(List<ConnectionFacts> found) {
        return found.stream().map(facts -> facts.zeek().history()).toList();
    }

    @Test
    void aSynOfItsOwnInAnotherNetworkIsAnotherConnection() {
        List<ConnectionFacts> found = found(FIRST, SECOND);
        assertThat(histories(found)).containsExactly("ShADad", "ShADdfFa");
        assertThat(networks(found.get(0))).containsExactly("vlan 10");
        assertThat(networks(found.get(1))).containsExactly("vlan 20");
        assertThat(found.get(0).originator().stream().acknowledgedBytes()).isEqualTo(300);
        assertThat(found.get(1).responder().stream().acknowledgedBytes()).isEqualTo(50);
        assertThat(found).allSatisfy(facts -> assertThat(facts.continues()).isNull());
    }

    @Test
    void oneWithoutATagAndOneWithAreTwo() {
        assertThat(histories(found(FIRST.replace("vlan=10", ""), SECOND))).containsExactly("ShADad", "ShADdfFa");
        assertThat(histories(found(FIRST, SECOND.replace("vlan=20", "")))).containsExactly("ShADad", "ShADdfFa");
    }

    @Test
    void eachDirectionMayHaveANetworkOfItsOwn() {
        String third = SECOND.replaceAll("(server.*) vlan=20", "$1 vlan=21");
        List<ConnectionFacts> found = found(FIRST.replaceAll("(server.*) vlan=10", "$1 vlan=11"), third);
        assertThat(histories(found)).containsExactly("ShADad", "ShADdfFa");
        assertThat(networks(found.get(0))).containsExactly("vlan 10", "vlan 11");
        assertThat(networks(found.get(1))).containsExactly("vlan 20", "vlan 21");
    }

    /** A router on a stick, a mirror port: each segment is seen in one network and then in the other. */
    @Test
    void oneThatIsRoutedFromOneNetworkToAnotherIsOne() {
        String twice = SECOND.replace("vlan=20", "vlan=30");
        List<ConnectionFacts> found = found(SECOND, twice);
        assertThat(found).singleElement().satisfies(facts -> {
            assertThat(networks(facts)).containsExactly("vlan 20", "vlan 30");
            assertThat(facts.originator().stream().uniqueBytes()).isEqualTo(30);
        });
        assertThat(found(SECOND, SECOND.replace("vlan=20", ""))).hasSize(1);
    }

    @Test
    void portsThatAreUsedAgainInTheNetworksOfAConnectionAreUsedAgain() {
        String again = """
                40 client SYN isn=5000000 vlan=30
                41 server SYN ACK isn=6000000 vlan=20
                42 client ACK vlan=30
                """;
        List<ConnectionFacts> found =
                found(SECOND, SECOND.replace("vlan=20", "vlan=30"), again, again.replace("vlan=30", "vlan=20"));
        assertThat(found).hasSize(2);
        assertThat(found.get(0).ending()).isEqualTo(FlowEndReason.REUSED);
        assertThat(Objects.requireNonNull(found.get(1).continues()).sameConnection())
                .isFalse();
        assertThat(networks(found.get(1))).containsExactly("vlan 30", "vlan 20");
    }

    /** On a host of tenants: each segment is seen with the tag of its tenant, and without at the tenant's own port. */
    @Test
    void severalThatAreSeenInOneNetworkAreToldApartByTheirNumbers() {
        String second = SECOND.replaceAll("(?m)^", "1");
        List<ConnectionFacts> found = found(
                FIRST,
                shifted(FIRST, 0.1).replace("vlan=10", ""),
                second,
                shifted(second, 0.1).replace("vlan=20", ""));
        assertThat(found).hasSize(2);
        assertThat(found.get(0).originator().stream().uniqueBytes()).isEqualTo(300);
        assertThat(found.get(1).originator().stream().uniqueBytes()).isEqualTo(30);
        assertThat(found.get(1).zeek().connState()).isEqualTo("SF");
        assertThat(networks(found.get(0))).containsExactly("vlan 10");
        assertThat(networks(found.get(1))).containsExactly("vlan 20");
    }

    @Test
    void aConnectionInAnotherNetworkContinuesNone() {
        List<ConnectionFacts> found =
                found(TimeLimits.ZEEK, SECOND, "90000 client SYN isn=77 vlan=10\n90001 server SYN ACK isn=88 vlan=10");
        assertThat(found).hasSize(2);
        assertThat(found.get(1).continues()).isNull();
    }

    @Test
    void oneThatWasCutGoesOnInItsNetworkBesideAnother() {
        String longer = FIRST + "39000 client ACK 10b vlan=10\n39001 server ACK vlan=10\n";
        String stays = SECOND.substring(0, SECOND.indexOf("30 ")) + """
                10000 client ACK 30b vlan=20
                20000 client ACK 30b vlan=20
                38999 client ACK 30b vlan=20
                """;
        List<ConnectionFacts> found = found(longer, stays);
        assertThat(found).hasSize(3);
        assertThat(found.get(2).continues()).isEqualTo(new Continuation(1, FlowEndReason.IDLE, true));
        assertThat(found.get(2).whole().originator().stream().uniqueBytes()).isEqualTo(310);
        assertThat(found.get(1).originator().stream().uniqueBytes()).isEqualTo(120);
    }

    /** From the middle: both numbers are too far from those of the other. */
    @Test
    void twoThatBeganBeforeTheCaptureAreTwoWhereTheirNumbersCannotBeOne() {
        String one = """
                0 client ACK 100b seq=100000000 ack=900000000 vlan=10
                2 server ACK 100b seq=900000000 ack=100000100 vlan=10
                """;
        String other = """
                1 client ACK 10b seq=2500000000 ack=3500000000 vlan=20
                3 server ACK 10b seq=3500000000 ack=2500000010 vlan=20
                """;
        List<ConnectionFacts> found = found(one, other);
        assertThat(found).hasSize(2);
        assertThat(found.get(0).originator().stream().uniqueBytes()).isEqualTo(100);
        assertThat(found.get(1).responder().stream().uniqueBytes()).isEqualTo(10);
        String near = other.replace("ack=3500000000", "ack=900000000");
        assertThat(found(one, near.lines().findFirst().orElseThrow())).hasSize(1);
        String reset = "1 client RST seq=2500000000 vlan=20";
        assertThat(found(one, reset)).hasSize(1);
        String bad = other.replace("vlan=20", "vlan=20 bad");
        assertThat(found(one, bad)).hasSize(1);
    }

    /** After a silence a capture may have missed as much in both directions. */
    @Test
    void aConnectionThatChangesItsWayAfterASilenceIsOne() {
        String changed = "8000000 client ACK 10b seq=300000000 ack=400000000 vlan=20";
        assertThat(found(TimeLimits.OFF, FIRST, changed)).hasSize(1);
        String atOnce = changed.replace("8000000", "100");
        assertThat(found(TimeLimits.OFF, FIRST, atOnce)).hasSize(2);
    }

    /** Its SYN was not captured: the SYN-ACK acknowledges another one. */
    @Test
    void aSynAckForAnotherSynIsOfAnotherConnection() {
        String syn = "0 client SYN vlan=10";
        assertThat(found(syn, "1 server SYN ACK isn=8000000 ack=7 vlan=11")).hasSize(2);
        assertThat(found(syn, "1 server SYN ACK isn=8000000 ack=1 vlan=11")).hasSize(1);
        assertThat(found("0 client RST vlan=10", "1 server SYN ACK isn=8000000 ack=1 vlan=11"))
                .hasSize(1);
    }

    @Test
    void soManyNetworksOfOneConnectionAreRemembered() {
        StringBuilder more = new StringBuilder(FIRST);
        for (int i = 0; i < 20; i++) {
            more.append(30 + i).append(" client ACK 10b vlan=").append(100 + i).append('\n');
        }
        assertThat(found(more.toString()))
                .singleElement()
                .satisfies(facts -> assertThat(networks(facts))
                        .hasSize(8)
                        .contains("vlan 119")
                        .doesNotContain("vlan 10"));
    }

    @Test
    void soManyConnectionsOfEqualAddressesAreKeptApart() {
        StringBuilder flood = new StringBuilder();
        for (int i = 0; i < 50; i++) {
            flood.append(i)
                    .append(" client SYN isn=")
                    .append(1000 * i)
                    .append(" vlan=")
                    .append(i + 1)
                    .append('\n');
        }
        List<ConnectionFacts> found = found(flood.toString());
        assertThat(found.stream().filter(facts -> facts.ending() != FlowEndReason.REUSED))
                .hasSize(32);
        assertThat(found).hasSize(50);
    }

    @Test
    void icmpErrorsGoToTheConnectionWhoseNumberTheyQuote() {
        List<ConnectionFacts> finished = new ArrayList<>();
        Connections connections = new Connections(
                new TrackingSettings(TimeLimits.ZEEK, 100, ServicePorts.WELL_KNOWN, true), finished::add);
        together(FIRST, SECOND).forEach(connections::segment);
        connections.icmpError(icmp(900031));
        connections.icmpError(icmp(1301));
        connections.icmpError(icmp(1200));
        connections.icmpError(icmp(null));
        connections.finish();
        assertThat(finished).extracting(facts -> facts.icmp().count()).containsExactly(3L, 1L);
    }

    private static IcmpError icmp(@Nullable Integer number) {
        return new IcmpError(
                500_000_000L,
                0,
                TcpSegment.Direction.UNKNOWN,
                SegmentScript.TUPLE.destination(),
                IcmpError.Kind.HOST_UNREACHABLE,
                3,
                1,
                IcmpError.ABSENT,
                SegmentScript.TUPLE,
                number);
    }

    /** The table's own order does not matter: whichever ends first, the others stay. */
    @Test
    void theyEndInAnyOrder() {
        String third = SECOND.replace("vlan=20", "vlan=30")
                .replace("isn=900000", "isn=70000000")
                .replace("isn=8", "isn=9");
        for (List<String> order :
                List.of(List.of(FIRST, SECOND, third), List.of(SECOND, FIRST, third), List.of(SECOND, third, FIRST))) {
            List<ConnectionFacts> found = found(
                    shifted(order.get(0), 0),
                    shifted(order.get(1), 0.1),
                    shifted(order.get(2), 0.2),
                    "900 client ACK 1b seq=1 vlan=99");
            assertThat(found.stream().filter(facts -> networks(facts).contains("vlan 10")))
                    .hasSize(1);
            assertThat(found.stream().filter(facts -> networks(facts).contains("vlan 20")))
                    .hasSize(1);
            assertThat(found.stream().filter(facts -> networks(facts).contains("vlan 30")))
                    .hasSize(1);
        }
    }

    private static String shifted(String script, double by) {
        StringBuilder shifted = new StringBuilder();
        script.lines().forEach(line -> {
            String[] words = line.strip().split(" +", 2);
            shifted.append(Double.parseDouble(words[0]) + by)
                    .append(' ')
                    .append(words[1])
                    .append('\n');
        });
        return shifted.toString();
    }
}
