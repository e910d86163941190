package dev.finspect.wire.filter;

import static dev.finspect.wire.filter.CraftedPacket.ACK;
import static dev.finspect.wire.filter.CraftedPacket.FIN;
import static dev.finspect.wire.filter.CraftedPacket.RST;
import static dev.finspect.wire.filter.CraftedPacket.SYN;
import static dev.finspect.wire.filter.CraftedPacket.icmp;
import static dev.finspect.wire.filter.CraftedPacket.ip;
import static dev.finspect.wire.filter.CraftedPacket.segment;
import static dev.finspect.wire.filter.CraftedPacket.tcp;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.finspect.tcp.IpAddress;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs the filter program on crafted packets. */
final class CaptureFilterTest {
    private static final int ETHERNET = 1;
    private static final int LOOPBACK = 772;
    private static final List<FilterMode> MODES = List.of(FilterMode.values());
    private static final int HOST = 0;
    private static final int OUTGOING = 4;

    private static final String A = "10.0.0.1";
    private static final String B = "10.0.0.2";
    private static final String A6 = "fd00::1";
    private static final String B6 = "fd00::1:2";

    @ParameterizedTest
    @CsvSource({"10.0.0.1, 10.0.0.2, 20", "fd00::1, fd00::1:2, 40"})
    void headersKeepsTheHeadersOfEverySegmentOfItsPortAndNoMore(String client, String server, int ip) {
        FilterProgram program = filter(rule(null, 5432, FilterMode.HEADERS));
        for (int options = 0; options <= 40; options += 4) {
            for (int data : new int[] {0, 1, 1000}) {
                for (int flags : new int[] {SYN, SYN | ACK, ACK, FIN | ACK, RST, 0}) {
                    assertThat(keeps(program, tcp(client, 50000, server, 5432, flags, 0, options, data)))
                            .isEqualTo(ip + 20 + options);
                    assertThat(keeps(program, tcp(server, 5432, client, 50000, flags, 0, options, data)))
                            .isEqualTo(ip + 20 + options);
                }
            }
        }
        assertThat(keeps(program, tcp(client, 50000, server, 5433, SYN, 0, 0, 0)))
                .isZero();
        assertThat(keeps(program, tcp(client, 5431, server, 50000, ACK, 0, 0, 9)))
                .isZero();
    }

    @ParameterizedTest
    @CsvSource({"10.0.0.1, 10.0.0.2, 20", "fd00::1, fd00::1:2, 40"})
    void lifecycleKeepsOpeningClosingAndPureAcknowledgments(String client, String server, int ip) {
        FilterProgram program = filter(rule(null, 5432, FilterMode.LIFECYCLE));
        for (int flags : new int[] {SYN, SYN | ACK, FIN, FIN | ACK, RST, RST | ACK}) {
            assertThat(keeps(program, tcp(client, 50000, server, 5432, flags, 0, 12, 7)))
                    .isEqualTo(ip + 32);
        }
        assertThat(keeps(program, tcp(client, 50000, server, 5432, ACK, 0, 12, 0)))
                .isEqualTo(ip + 32);
        assertThat(keeps(program, tcp(client, 50000, server, 5432, ACK, 0, 12, 1)))
                .isZero();
        assertThat(keeps(program, tcp(server, 5432, client, 50000, ACK, 0, 0, 1400)))
                .isZero();
    }

    @Test
    void ipOptionsCountForTheHeader() {
        FilterProgram program = filter(rule(null, 5432, FilterMode.LIFECYCLE));
        assertThat(keeps(program, tcp(A, 1, B, 5432, ACK, 40, 12, 0))).isEqualTo(60 + 32);
        assertThat(keeps(program, tcp(A, 1, B, 5432, ACK, 40, 12, 1))).isZero();
        assertThat(keeps(program, tcp(A, 1, B, 5432, SYN, 24, 0, 3))).isEqualTo(44 + 20);
    }

    @Test
    void addressesApplyToTheSideOfTheirPort() {
        FilterProgram program = filter(
                rule(B, 5432, FilterMode.HEADERS),
                rule(A, 80, FilterMode.LIFECYCLE),
                rule(B6, 5432, FilterMode.LIFECYCLE),
                rule("fd00::2:2", 5432, FilterMode.HEADERS));
        assertThat(keeps(program, tcp(A, 9, B, 5432, ACK, 0, 0, 5))).isEqualTo(40);
        assertThat(keeps(program, tcp(B, 5432, A, 9, ACK, 0, 0, 5))).isEqualTo(40);
        assertThat(keeps(program, tcp(B, 9, A, 5432, ACK, 0, 0, 5))).isZero();
        assertThat(keeps(program, tcp(A, 80, B, 9, ACK, 0, 0, 5))).isZero();
        assertThat(keeps(program, tcp(A, 80, B, 9, ACK, 0, 0, 0))).isEqualTo(40);
        assertThat(keeps(program, tcp(A, 9, B, 80, SYN, 0, 0, 0))).isZero();
        // One mode selects its source, and a more complete mode its destination.
        assertThat(keeps(program, tcp(A, 80, B, 5432, ACK, 0, 0, 5))).isEqualTo(40);
        assertThat(keeps(program, tcp(B, 5432, A, 80, ACK, 0, 0, 5))).isEqualTo(40);
        assertThat(keeps(program, tcp(A6, 9, B6, 5432, SYN, 0, 0, 5))).isEqualTo(60);
        assertThat(keeps(program, tcp(A6, 9, B6, 5432, ACK, 0, 0, 5))).isZero();
        assertThat(keeps(program, tcp(A6, 9, "fd00::2:2", 5432, ACK, 0, 0, 5))).isEqualTo(60);
        assertThat(keeps(program, tcp(A6, 9, "fd00::3:2", 5432, SYN, 0, 0, 5))).isZero();
    }

    @Test
    void theStrongerModeWins() {
        FilterProgram program = filter(
                rule(null, 80, FilterMode.LIFECYCLE),
                rule(B, 80, FilterMode.HEADERS),
                rule(A, 81, FilterMode.LIFECYCLE),
                rule(null, 81, FilterMode.HEADERS),
                rule(null, 82, FilterMode.OFF));
        assertThat(keeps(program, tcp(A, 9, B, 80, ACK, 0, 0, 5))).isEqualTo(40);
        assertThat(keeps(program, tcp(B, 9, A, 80, ACK, 0, 0, 5))).isZero();
        assertThat(keeps(program, tcp(B, 9, A, 80, SYN, 0, 0, 0))).isEqualTo(40);
        assertThat(keeps(program, tcp(B, 9, A, 81, ACK, 0, 0, 5))).isEqualTo(40);
        assertThat(keeps(program, tcp(B, 9, A, 82, SYN, 0, 0, 0))).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 4, 11, 12})
    void icmpErrorsThatQuoteOurSegmentsAreKeptToTheQuotedSequenceNumber(int type) {
        FilterProgram program = filter(rule(B, 5432, FilterMode.LIFECYCLE));
        byte[] quoted = tcp(A, 50000, B, 5432, ACK, 0, 0, 500);
        assertThat(keeps(program, icmp("10.0.0.9", A, type, quoted))).isEqualTo(20 + 8 + 20 + 8);
        assertThat(keeps(program, icmp("10.0.0.9", A, type, tcp(A, 50000, B, 5432, ACK, 8, 0, 5))))
                .isEqualTo(20 + 8 + 28 + 8);
        assertThat(keeps(program, icmp("10.0.0.9", A, type, Arrays.copyOf(quoted, 28))))
                .isEqualTo(56);
        assertThat(keeps(program, icmp("10.0.0.9", A, type, tcp(A, 50000, B, 5433, ACK, 0, 0, 5))))
                .isZero();
        assertThat(keeps(program, icmp("10.0.0.9", A, type, Arrays.copyOf(quoted, 22))))
                .isZero();
        assertThat(keeps(program, icmp("10.0.0.9", A, type, ip(A, B, 0, 0, 17, segment(50000, 5432, 0, 0, 0)))))
                .isZero();
        assertThat(keeps(program, icmp("10.0.0.9", A, type, ip(A, B, 0, 5, 6, segment(50000, 5432, 0, 0, 0)))))
                .isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void icmpV6ErrorsAreKeptLikewise(int type) {
        FilterProgram program = filter(rule(B6, 5432, FilterMode.LIFECYCLE));
        byte[] quoted = tcp(A6, 50000, B6, 5432, ACK, 0, 0, 500);
        assertThat(keeps(program, icmp("fd00::9", A6, type, quoted))).isEqualTo(40 + 8 + 40 + 8);
        assertThat(keeps(program, icmp("fd00::9", A6, type, tcp(A6, 50000, B6, 5433, ACK, 0, 0, 5))))
                .isZero();
        assertThat(keeps(program, icmp("fd00::9", A6, type, ip(A6, B6, 0, 0, 17, segment(50000, 5432, 0, 0, 0)))))
                .isZero();
    }

    @Test
    void otherIcmpIsNotKept() {
        FilterProgram program = filter(rule(null, 5432, FilterMode.HEADERS));
        byte[] quoted = tcp(A, 50000, B, 5432, ACK, 0, 0, 500);
        for (int type : new int[] {0, 5, 8, 13}) {
            assertThat(keeps(program, icmp("10.0.0.9", A, type, quoted))).isZero();
        }
        byte[] quoted6 = tcp(A6, 50000, B6, 5432, ACK, 0, 0, 500);
        for (int type : new int[] {0, 5, 128, 129, 135}) {
            assertThat(keeps(program, icmp("fd00::9", A6, type, quoted6))).isZero();
        }
    }

    @Test
    void loopbackIsKeptOnceAndOtherInterfacesBothWays() {
        FilterProgram program = filter(rule(null, 80, FilterMode.HEADERS));
        byte[] packet = tcp("127.0.0.1", 9, "127.0.0.1", 80, SYN, 0, 0, 0);
        assertThat(FilterInterpreter.run(program, packet, 0x0800, OUTGOING, LOOPBACK))
                .isZero();
        assertThat(FilterInterpreter.run(program, packet, 0x0800, HOST, LOOPBACK))
                .isEqualTo(40);
        assertThat(FilterInterpreter.run(program, packet, 0x0800, OUTGOING, ETHERNET))
                .isEqualTo(40);
        assertThat(FilterInterpreter.run(program, packet, 0x0806, HOST, ETHERNET))
                .isZero();
    }

    @Test
    void laterFragmentsAndOtherProtocolsAreNotKept() {
        FilterProgram program = filter(rule(null, 80, FilterMode.HEADERS));
        byte[] segment = segment(9, 80, SYN, 0, 0);
        assertThat(keeps(program, ip(A, B, 0, 0x2000, 6, segment))).isEqualTo(40);
        assertThat(keeps(program, ip(A, B, 0, 0x2001, 6, segment))).isZero();
        assertThat(keeps(program, ip(A, B, 0, 0, 17, segment))).isZero();
        assertThat(keeps(program, ip(A6, B6, 0, 0, 17, segment))).isZero();
    }

    @Test
    void whatIsCutOffIsNeverReadBeyondItsEnd() {
        FilterProgram program = filter(rule(B, 80, FilterMode.HEADERS), rule(B6, 80, FilterMode.LIFECYCLE));
        for (byte[] whole : List.of(
                tcp(A, 9, B, 80, SYN, 0, 20, 0),
                tcp(A6, 9, B6, 80, SYN, 0, 20, 0),
                icmp("10.0.0.9", A, 3, tcp(A, 9, B, 80, SYN, 0, 20, 0)),
                icmp("fd00::9", A6, 1, tcp(A6, 9, B6, 80, SYN, 0, 20, 0)))) {
            for (int length = 1; length < whole.length; length++) {
                assertThat(keeps(program, Arrays.copyOf(whole, length))).isBetween(0, length);
            }
        }
    }

    @Test
    void noRuleKeepsNothing() {
        assertThat(filter().length()).isOne();
        assertThat(keeps(filter(rule(null, 80, FilterMode.OFF)), tcp(A, 9, B, 80, SYN, 0, 0, 0)))
                .isZero();
    }

    @Test
    void neighbouringPortsAreOneSpan() {
        FilterRule[] thousand = IntStream.rangeClosed(20_000, 20_999)
                .mapToObj(port -> rule(null, port, FilterMode.LIFECYCLE))
                .toArray(FilterRule[]::new);
        FilterProgram program = filter(thousand);
        assertThat(program.length()).isLessThan(100);
        assertThat(keeps(program, tcp(A, 9, B, 20_000, SYN, 0, 0, 0))).isEqualTo(40);
        assertThat(keeps(program, tcp(A, 9, B, 20_999, SYN, 0, 0, 0))).isEqualTo(40);
        assertThat(keeps(program, tcp(A, 9, B, 19_999, SYN, 0, 0, 0))).isZero();
        assertThat(keeps(program, tcp(A, 9, B, 21_000, SYN, 0, 0, 0))).isZero();
    }

    @Test
    void tooManyAddressesAreWidenedToTheirPortsAndReported() throws UnknownHostException {
        List<FilterRule> rules = new ArrayList<>();
        for (int i = 0; i < 2000; i++) {
            rules.add(new FilterRule(IpAddress.v4(0x0a010000 + i), 80 + i % 2 * 1000, FilterMode.LIFECYCLE));
        }
        CaptureFilter filter = CaptureFilter.of(rules);
        assertThat(filter.widened()).hasValueSatisfying(said -> assertThat(said).contains("addresses"));
        assertThat(keeps(filter.program(), tcp(A, 9, "10.1.0.0", 80, SYN, 0, 0, 0)))
                .isEqualTo(40);
        assertThat(keeps(filter.program(), tcp(A, 9, B, 1080, SYN, 0, 0, 0))).isEqualTo(40);
        assertThat(keeps(filter.program(), tcp(A, 9, "10.1.0.0", 81, SYN, 0, 0, 0)))
                .isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {CaptureFilter.LEAST_INSTRUCTIONS, 1024, FilterProgram.MAX_INSTRUCTIONS})
    void tooManyPortsAreWidenedToSpansAndReported(int most) {
        List<FilterRule> rules = IntStream.range(0, 8000)
                .mapToObj(i -> rule(
                        i % 3 == 0 ? A : i % 3 == 1 ? A6 : null,
                        1 + i * 8 + i % 5,
                        i % 2 == 0 ? FilterMode.HEADERS : FilterMode.LIFECYCLE))
                .toList();
        CaptureFilter filter = CaptureFilter.of(rules, most);
        assertThat(filter.widened()).hasValueSatisfying(said -> assertThat(said).contains("ports"));
        assertThat(filter.program().length()).isLessThanOrEqualTo(most);
        for (FilterRule rule : rules) {
            assertThat(keeps(filter.program(), tcp(A, 1, A, rule.port(), SYN, 0, 0, 0)))
                    .isEqualTo(40);
        }
    }

    @Test
    void fewerInstructionsThanAnyFilterNeedsAreRefused() {
        assertThatThrownBy(() -> CaptureFilter.of(List.of(), 127)).hasMessageContaining("127");
        assertThatThrownBy(() -> rule(null, 0, FilterMode.HEADERS)).hasMessageContaining("port 0");
        assertThatThrownBy(() -> rule(null, 65_536, FilterMode.HEADERS)).hasMessageContaining("port 65536");
        assertThat(FilterMode.LIFECYCLE.label()).isEqualTo("lifecycle");
    }

    /** Compares the program with a direct evaluation of the rules, for packets near to them. */
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void anyRulesKeepWhatTheySayAndNothingElse(long seed) {
        Random random = new Random(seed);
        List<FilterRule> rules = new ArrayList<>();
        int count = 1 + random.nextInt(40);
        for (int i = 0; i < count; i++) {
            rules.add(rule(
                    random.nextInt(3) == 0 ? null : address(random),
                    100 + random.nextInt(50),
                    MODES.get(random.nextInt(MODES.size()))));
        }
        CaptureFilter filter = CaptureFilter.of(rules);
        assertThat(filter.widened()).isEmpty();
        for (int i = 0; i < 20_000; i++) {
            String from = address(random);
            String to = from.contains(":") ? "fd00::" + random.nextInt(4) : "10.0.0." + random.nextInt(4);
            int fromPort = 95 + random.nextInt(60);
            int toPort = 95 + random.nextInt(60);
            int flags = random.nextInt(32);
            int data = random.nextInt(2);
            boolean opensOrCloses = (flags & 7) != 0 || data == 0;
            boolean wanted = rules.stream()
                    .anyMatch(rule -> (matches(rule, from, fromPort) || matches(rule, to, toPort))
                            && (rule.mode() == FilterMode.HEADERS
                                    || (rule.mode() == FilterMode.LIFECYCLE && opensOrCloses)));
            assertThat(keeps(filter.program(), tcp(from, fromPort, to, toPort, flags, 0, 0, data)))
                    .as("%s:%d > %s:%d flags %d data %d of %s", from, fromPort, to, toPort, flags, data, rules)
                    .isEqualTo(wanted ? (from.contains(":") ? 60 : 40) : 0);
        }
    }

    @Test
    void theKernelsFormIsEightBytesAnInstruction() {
        FilterProgram program = new FilterProgram(new long[] {0x0015_02_01_00000800L, 0x0006_00_00_ffffffffL});
        ByteBuffer kernel = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
        program.writeTo(kernel);
        assertThat(kernel.array()).containsExactly(0x15, 0, 2, 1, 0, 8, 0, 0, 6, 0, 0, 0, -1, -1, -1, -1);
        assertThat(program).asString().startsWith("FilterProgram[");
    }

    private static boolean matches(FilterRule rule, String address, int port) {
        return rule.port() == port && (rule.address() == null || rule.address().equals(parsed(address)));
    }

    private static String address(Random random) {
        return random.nextBoolean() ? "10.0.0." + random.nextInt(4) : "fd00::" + random.nextInt(4);
    }

    private static int keeps(FilterProgram program, byte[] packet) {
        return FilterInterpreter.run(program, packet, (packet[0] & 0xf0) == 0x60 ? 0x86dd : 0x0800, HOST, ETHERNET);
    }

    private static FilterProgram filter(FilterRule... rules) {
        CaptureFilter filter = CaptureFilter.of(List.of(rules));
        assertThat(filter.widened()).isEmpty();
        return filter.program();
    }

    private static FilterRule rule(@Nullable String address, int port, FilterMode mode) {
        return new FilterRule(address == null ? null : parsed(address), port, mode);
    }

    private static IpAddress parsed(String address) {
        try {
            return IpAddress.of(InetAddress.getAllByName(address)[0]);
        } catch (UnknownHostException e) {
            throw new AssertionError("not a number: " + address, e);
        }
    }
}
