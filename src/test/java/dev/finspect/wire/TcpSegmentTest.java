package dev.finspect.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.tcp.FourTuple;
import dev.finspect.tcp.IpAddress;
import dev.finspect.tcp.TcpFlags;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Values derived from a segment's header. */
final class TcpSegmentTest {
    @ParameterizedTest(name = "flags {0}, {1} bytes from {2}: ends at {3}")
    @CsvSource({"0x10, 0, 5, 5", "0x18, 7, 5, 12", "0x02, 0, 5, 6", "0x11, 3, 5, 9", "0x03, 0, -1, 1", "0x04, 0, 5, 5"})
    void synAndFinCountOneEach(String flags, int payloadBytes, int sequenceNumber, int end) {
        TcpSegment segment = new TcpSegment(
                0,
                0,
                TcpSegment.Direction.UNKNOWN,
                new FourTuple(IpAddress.v4(1), 1, IpAddress.v4(2), 2),
                64,
                40 + payloadBytes,
                sequenceNumber,
                0,
                Integer.decode(flags),
                0,
                payloadBytes,
                0,
                TcpOptions.NONE,
                TcpSegment.Checksum.NOT_VERIFIED);
        assertThat(segment.endSequenceNumber()).isEqualTo(end);
        assertThat(segment.has(TcpFlags.SYN)).isEqualTo((Integer.decode(flags) & 2) != 0);
    }
}
