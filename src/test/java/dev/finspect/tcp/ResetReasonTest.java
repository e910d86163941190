package dev.finspect.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.tcp.ResetReason.Cause;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ResetReasonTest {
    @ParameterizedTest
    @CsvSource({
        "TCP_ABORT_ON_CLOSE, UNREAD",
        "TCP_ABORT_ON_DATA, CLOSED_BEFORE",
        "TCP_TIMEWAIT_SOCKET, CLOSED_BEFORE",
        "TCP_STATE, CUT_OFF",
        "TCP_DISCONNECT_WITH_DATA, CUT_OFF",
        "NO_SOCKET, NO_SOCKET",
        "INVALID_SYN, NOT_ACCEPTED",
        "TCP_KEEPALIVE_TIMEOUT, TIMED_OUT",
        "TCP_ABORT_ON_MEMORY, NO_MEMORY",
        "TCP_RFC7323_PAWS, BAD_SEGMENT",
        "NOT_SPECIFIED, UNKNOWN",
        "99, UNKNOWN",
        "'', UNKNOWN",
    })
    void aReasonOfTheKernelMeans(String name, Cause cause) {
        assertThat(new ResetReason(name).cause()).isEqualTo(cause);
        assertThat(cause.words()).isNotEmpty();
    }
}
