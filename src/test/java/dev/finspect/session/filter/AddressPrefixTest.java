package dev.finspect.session.filter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.tcp.IpAddress;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which addresses begin with a prefix. */
final class AddressPrefixTest {
    @ParameterizedTest
    @CsvSource({
        "2001:db8::/32, 2001:db8:5::1, true",
        "2001:db8::/32, 2001:db9::1, false",
        "2001:db8::/96, 2001:db8::7, true",
        "2001:db8::/96, 2001:db8::7:0:1, false",
        "2001:db8::1, 2001:db8::1, true",
        "2001:db8::1, 2001:db8::2, false",
        "::/0, 2001:db8::1, true",
        "::/0, 10.0.0.1, false",
        "10.0.0.0/8, 10.9.9.9, true",
        "10.0.0.0/8, 11.0.0.0, false",
        "10.0.0.0/8, 2001:db8::1, false"
    })
    void prefixHasTheAddressesThatBeginWithIt(String prefix, String address, boolean expected) {
        IpAddress one = prefix(address).address();
        assertThat(prefix(prefix).has(one)).isEqualTo(expected);
    }

    @Test
    void prefixOfAllBitsIsOneAddress() {
        assertThat(prefix("10.0.0.1").isOne()).isTrue();
        assertThat(prefix("10.0.0.1/31").isOne()).isFalse();
        assertThat(prefix("2001:db8::1").isOne()).isTrue();
        assertThat(prefix("2001:db8::1/127").isOne()).isFalse();
    }

    private static AddressPrefix prefix(String text) {
        return Objects.requireNonNull(AddressPrefix.of(text));
    }
}
