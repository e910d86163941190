package dev.finspect.log.line;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.log.SampleRecords;
import dev.finspect.tcp.HumanUnits;
import dev.finspect.tcp.IpText;
import java.math.BigDecimal;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Times, durations, sizes and addresses as text, against the JDK's own reading of them. */
final class FormatsTest {
    private static final DateTimeFormatter JDK =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSSSSS'Z'").withZone(ZoneOffset.UTC);

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void timesAreThoseOfTheJdk(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            assertTime(random.nextLong() >> random.nextInt(40));
        }
    }

    @Test
    void everyDayOfFourCenturiesHasItsDate() {
        long day = 86_400_000_000_000L;
        for (long at = -100_000; at < 100_000; at++) {
            assertTime(at * day);
            assertTime(at * day - 1);
        }
    }

    @ParameterizedTest
    @ValueSource(
            longs = {0, -1, 1, Long.MIN_VALUE, Long.MAX_VALUE, 951_782_400_000_000_000L, 1_767_323_045_123_456_789L})
    void timesAtTheEdgesAreThoseOfTheJdk(long epochNanos) {
        assertTime(epochNanos);
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void durationsAreThoseOfBigDecimal(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 50_000; i++) {
            assertSeconds(random.nextLong() >> random.nextInt(64));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, -1, 999_999_999, 1_000_000_000, -1_000_000_001, Long.MAX_VALUE, Long.MIN_VALUE})
    void durationsAtTheEdgesAreThoseOfBigDecimal(long nanos) {
        assertSeconds(nanos);
    }

    @ParameterizedTest
    @CsvSource({
        "0:0:0:0:0:0:0:0, ::",
        "0:0:0:0:0:0:0:1, ::1",
        "1:0:0:0:0:0:0:0, 1::",
        "2001:db8:0:0:0:0:2:1, 2001:db8::2:1",
        "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
        "2001:0:0:1:0:0:0:1, 2001:0:0:1::1",
        "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
        "2001:DB8:A:B:C:D:E:F, 2001:db8:a:b:c:d:e:f",
        "0:0:1:2:3:4:5:6, ::1:2:3:4:5:6",
        "1:2:3:4:5:6:0:0, 1:2:3:4:5:6::",
        "64:ff9b:0:0:0:0:102:304, 64:ff9b::102:304",
    })
    void ipv6IsWrittenAsRfc5952Wants(String long6, String short6) throws UnknownHostException {
        assertThat(IpText.address(literal(long6))).isEqualTo(short6);
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void addressesReadBackAreTheSame(long seed) throws UnknownHostException {
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = new byte[random.nextBoolean() ? 4 : 16];
            random.nextBytes(bytes);
            for (int zeros = random.nextInt(bytes.length); zeros > 0; zeros--) {
                bytes[random.nextInt(bytes.length)] = 0;
            }
            InetAddress address = InetAddress.getByAddress(bytes);
            assertThat(literal(IpText.address(address))).isEqualTo(address);
        }
    }

    @Test
    void mappedIpv4IsWrittenAsIpv4() throws UnknownHostException {
        byte[] mapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1, 10, 0, 0, 7};
        assertThat(IpText.address(Inet6Address.getByAddress("", mapped, 0))).isEqualTo("10.0.0.7");
    }

    @Test
    void zoneOfALinkLocalAddressIsKept() throws UnknownHostException {
        byte[] local = {(byte) 0xfe, (byte) 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
        assertThat(IpText.address(Inet6Address.getByAddress("", local, 3))).isEqualTo("fe80::1%3");
    }

    @Test
    void endpointsHaveBracketsAroundIpv6Only() {
        assertThat(IpText.endpoint(SampleRecords.endpoint(80, 10, 0, 0, 1))).isEqualTo("10.0.0.1:80");
        assertThat(IpText.endpoint(SampleRecords.endpoint(80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1)))
                .isEqualTo("[::1]:80");
        assertThat(IpText.endpoint(InetSocketAddress.createUnresolved("db.example", 80)))
                .isEqualTo("db.example:80");
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0us",
        "850999, 850us",
        "1000000, 1.0ms",
        "999999999, 999.9ms",
        "1000000000, 1.000s",
        "1234567890, 1.234s",
        "59999999999, 59.999s",
        "185000000000, 3m05s",
        "7620000000000, 2h07m",
        "273600000000000, 3d04h",
        "-1000000, -1.0ms",
        "-9223372036854775808, -106751d23h"
    })
    void durationsForPeopleAreShort(long nanos, String text) {
        assertThat(HumanUnits.duration(nanos)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0B",
        "999, 999B",
        "1000, 1.0kB",
        "999999, 999.9kB",
        "1000000, 1.0MB",
        "4096000000, 4.0GB",
        "9223372036854775807, 9.2EB"
    })
    void sizesForPeopleAreShort(long bytes, String text) {
        assertThat(HumanUnits.bytes(bytes)).isEqualTo(text);
    }

    private static void assertTime(long epochNanos) {
        byte[] text = new byte[Rfc3339.LENGTH + 2];
        Rfc3339.write(epochNanos, text, 1);
        long second = Math.floorDiv(epochNanos, 1_000_000_000L);
        Instant instant = Instant.ofEpochSecond(second, Math.floorMod(epochNanos, 1_000_000_000L));
        String expected = JDK.format(instant);
        String actual = new String(text, 1, Rfc3339.LENGTH, StandardCharsets.US_ASCII);
        if (!actual.equals(expected)) { // Hundreds of thousands of fluent assertions would take seconds.
            throw new AssertionError(epochNanos + " became " + actual + ", not " + expected);
        }
    }

    private static void assertSeconds(long nanos) {
        byte[] text = new byte[DecimalSeconds.MAX_LENGTH];
        int from = DecimalSeconds.writeBackwards(nanos, text);
        String actual = new String(text, from, text.length - from, java.nio.charset.StandardCharsets.US_ASCII);
        String expected = BigDecimal.valueOf(nanos, 9).toPlainString();
        if (!actual.equals(expected)) {
            throw new AssertionError(nanos + " became " + actual + ", not " + expected);
        }
    }

    @SuppressWarnings("AddressSelection") // A literal has one address.
    private static InetAddress literal(String address) throws UnknownHostException {
        return InetAddress.getByName(address);
    }
}
