package dev.finspect.wire.packet;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a link type that is not decoded is called. */
final class LinkTypeTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    105 | 105 (802.11)
                    119 | 119 (802.11 with Prism)
                    127 | 127 (802.11 with radiotap)
                    146 | 146
                    147 | 147 (for private use)
                    162 | 162 (for private use)
                    163 | 163 (802.11 with AVS)
                    187 | 187 (Bluetooth)
                    201 | 201 (Bluetooth)
                    251 | 251 (Bluetooth)
                    255 | 255 (Bluetooth)
                    189 | 189 (USB)
                    220 | 220 (USB)
                    249 | 249 (USB)
                    195 | 195 (802.15.4)
                    230 | 230 (802.15.4)
                    227 | 227 (CAN)
                    253 | 253 (netlink)
                    9999 | 9999
                    """)
    void knownOnesHaveTheirName(int number, String described) {
        assertThat(new LinkType(number).described()).isEqualTo(described);
    }
}
