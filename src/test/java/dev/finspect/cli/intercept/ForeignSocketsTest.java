package dev.finspect.cli.intercept;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Lines as /proc/net/tcp and tcp6 have them. */
final class ForeignSocketsTest {
    private static final String TITLE = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt";
    /** 192.0.2.7:8080 is nobody's address. */
    private static final String FOREIGN = "   1: 070200C0:1F90 0201010A:8124 %s 00000000:00000000 00:00000000 00000000";

    private static long count(String... lines) {
        List<String> table = new java.util.ArrayList<>(List.of(TITLE));
        table.addAll(List.of(lines));
        return ForeignSockets.lines(table);
    }

    @Test
    void connectionOfAnotherAddressCountsWhileItLives() {
        assertThat(count(FOREIGN.formatted("01"), FOREIGN.formatted("08"))).isEqualTo(2);
        assertThat(count(FOREIGN.formatted("06"), FOREIGN.formatted("0A"))).isZero();
    }

    @Test
    void ownAddressesDoNotCount() {
        assertThat(count(
                        "   2: 0100007F:1F90 0100007F:8124 01 00000000:00000000 00:00000000 00000000",
                        "   3: 00000000:1F90 00000000:0000 01 00000000:00000000 00:00000000 00000000"))
                .isZero();
    }

    @Test
    void addressesAreReadThirtyTwoBitsAtATime() {
        assertThat(ForeignSockets.address("0100007F").getHostAddress()).isEqualTo("127.0.0.1");
        assertThat(ForeignSockets.address("B80D0120000000000000000001000000").getHostAddress())
                .isEqualTo("2001:db8:0:0:0:0:0:1");
    }
}
