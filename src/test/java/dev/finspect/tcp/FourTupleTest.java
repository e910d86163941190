package dev.finspect.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Addresses, ports and sequence numbers. */
final class FourTupleTest {
    private static final IpAddress V4 = IpAddress.v4(0xfffefdfc);
    private static final IpAddress V6 = IpAddress.v6(0x20010db800000000L, 0x8000000000000001L);

    @Test
    void addressesAreWrittenInStandardForm() throws UnknownHostException {
        assertThat(V4).hasToString("255.254.253.252");
        assertThat(V6).hasToString("2001:db8::8000:0:0:1");
        assertThat(IpAddress.of(InetAddress.getByName("255.254.253.252"))).isEqualTo(V4);
        assertThat(IpAddress.of(InetAddress.getByName("2001:db8::8000:0:0:1"))).isEqualTo(V6);
        assertThat(new FourTuple(V4, 1, V6, 65535)).hasToString("255.254.253.252:1 > [2001:db8::8000:0:0:1]:65535");
    }

    @Test
    void theOtherDirectionIsItsOwnOther() {
        FourTuple tuple = new FourTuple(V4, 1, IpAddress.v4(7), 2);
        assertThat(tuple.reversed()).isEqualTo(new FourTuple(IpAddress.v4(7), 2, V4, 1));
        assertThat(tuple.reversed().reversed()).isEqualTo(tuple);
    }

    @Test
    void addressesAreOrderedByVersionAndNumber() {
        List<IpAddress> addresses =
                List.of(V4, IpAddress.v4(1), V6, IpAddress.v6(-1, 0), IpAddress.v6(0, 5), IpAddress.v6(0, 4));
        assertThat(addresses.stream().sorted())
                .containsExactly(IpAddress.v4(1), V4, IpAddress.v6(0, 4), IpAddress.v6(0, 5), V6, IpAddress.v6(-1, 0));
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2})
    void orderHashAndEqualityAgree(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 5_000; i++) {
            FourTuple a = tuple(random);
            FourTuple b = tuple(random);
            assertThat(a.compareTo(b) == 0).isEqualTo(a.equals(b));
            assertThat(Integer.signum(a.compareTo(b))).isEqualTo(-Integer.signum(b.compareTo(a)));
            if (a.equals(b)) {
                assertThat(a).hasSameHashCodeAs(b);
            }
        }
    }

    private static FourTuple tuple(Random random) {
        return new FourTuple(address(random), random.nextInt(2), address(random), random.nextInt(2));
    }

    private static IpAddress address(Random random) {
        int bits = random.nextInt(2);
        return random.nextBoolean() ? IpAddress.v4(bits) : IpAddress.v6(random.nextInt(2), bits);
    }

    @Test
    void theHashSpreadsClientsOfOneServer() {
        Set<Integer> low = new HashSet<>();
        for (int port = 0; port < 0x10000; port++) {
            low.add(new FourTuple(V4, port, IpAddress.v4(1), 443).hashCode() & 0xffff);
        }
        assertThat(low).hasSizeGreaterThan(0x10000 / 2);
    }

    @Test
    void sequenceNumbersWrapAround() {
        int last = -1;
        assertThat(SequenceNumber.unsigned(last)).isEqualTo(0xffffffffL);
        assertThat(SequenceNumber.distance(last, 4)).isEqualTo(5);
        assertThat(SequenceNumber.isBefore(last, 4)).isTrue();
        assertThat(SequenceNumber.isAfter(4, last)).isTrue();
        assertThat(SequenceNumber.isBefore(4, 4)).isFalse();
        assertThat(SequenceNumber.isAfter(4, 4)).isFalse();
        assertThat(SequenceNumber.later(last, 4)).isEqualTo(4);
        assertThat(SequenceNumber.later(4, last)).isEqualTo(4);
    }
}
