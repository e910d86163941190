package dev.finspect.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The labels of legs and states. */
final class TcpWordsTest {
    @Test
    void eachLegIsTheOtherOfTheOther() {
        assertThat(Leg.CLIENT.other()).isEqualTo(Leg.UPSTREAM);
        assertThat(Leg.UPSTREAM.other()).isEqualTo(Leg.CLIENT);
        assertThat(Leg.UPSTREAM.label()).isEqualTo("upstream");
    }

    @Test
    void statesAreWrittenAsTheRfcPrintsThem() {
        assertThat(TcpState.values())
                .extracting(TcpState::label)
                .containsExactly(
                        "CLOSED",
                        "LISTEN",
                        "SYN-SENT",
                        "SYN-RECEIVED",
                        "ESTABLISHED",
                        "FIN-WAIT-1",
                        "FIN-WAIT-2",
                        "CLOSE-WAIT",
                        "CLOSING",
                        "LAST-ACK",
                        "TIME-WAIT");
    }
}
