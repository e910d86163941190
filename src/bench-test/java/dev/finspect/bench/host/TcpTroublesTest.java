package dev.finspect.bench.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Lines as /proc/net/netstat shows them. */
final class TcpTroublesTest {
    private static TcpTroubles reading(String values) {
        return TcpTroubles.parse(List.of(
                "TcpExt: SyncookiesSent ListenDrops TCPTimeouts TCPRcvQDrop",
                "TcpExt: " + values,
                "IpExt: InNoRoutes InTruncatedPkts",
                "IpExt: 7 8"));
    }

    @Test
    void onlyWhatGrewAndIsWatchedIsTold() {
        assertThat(reading("9 1 25 4").since(reading("0 1 5 1"))).isEqualTo("TCPRcvQDrop 3, TCPTimeouts 20");
    }

    @Test
    void aQuietRunTellsNothing() {
        assertThat(reading("9 1 5 1").since(reading("0 1 5 1"))).isEmpty();
    }
}
