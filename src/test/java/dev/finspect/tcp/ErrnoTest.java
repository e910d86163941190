package dev.finspect.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Names and numbers are those of Linux's include/uapi/asm-generic/errno-base.h and errno.h. */
final class ErrnoTest {
    @ParameterizedTest
    @CsvSource({
        "1, EPERM, LOCAL",
        "4, EINTR, LOCAL",
        "5, EIO, LOCAL",
        "9, EBADF, LOCAL",
        "11, EAGAIN, LOCAL",
        "12, ENOMEM, LOCAL",
        "13, EACCES, GIVEN_UP",
        "22, EINVAL, LOCAL",
        "23, ENFILE, LOCAL",
        "24, EMFILE, LOCAL",
        "32, EPIPE, RESET",
        "64, ENONET, GIVEN_UP",
        "71, EPROTO, GIVEN_UP",
        "90, EMSGSIZE, GIVEN_UP",
        "92, ENOPROTOOPT, GIVEN_UP",
        "95, EOPNOTSUPP, GIVEN_UP",
        "98, EADDRINUSE, LOCAL",
        "99, EADDRNOTAVAIL, LOCAL",
        "100, ENETDOWN, GIVEN_UP",
        "101, ENETUNREACH, GIVEN_UP",
        "102, ENETRESET, LOCAL",
        "103, ECONNABORTED, LOCAL",
        "104, ECONNRESET, RESET",
        "105, ENOBUFS, LOCAL",
        "107, ENOTCONN, LOCAL",
        "110, ETIMEDOUT, GIVEN_UP",
        "111, ECONNREFUSED, GIVEN_UP",
        "112, EHOSTDOWN, GIVEN_UP",
        "113, EHOSTUNREACH, GIVEN_UP",
        "4095, ERRNO_4095, LOCAL"
    })
    void numbersHaveTheirNamesAndCauses(int number, String name, Errno.Cause cause) {
        assertThat(new Errno(number).name()).isEqualTo(name);
        assertThat(new Errno(number)).hasToString(name);
        assertThat(new Errno(number).cause()).isEqualTo(cause);
    }

    @Test
    void unknownErrorIsTakenForAReset() {
        assertThat(Errno.UNKNOWN.name()).isEqualTo("unknown");
        assertThat(Errno.UNKNOWN.cause()).isEqualTo(Errno.Cause.RESET);
        assertThat(Errno.UNKNOWN.connectResult()).isEqualTo(ConnectResult.FAILED);
    }

    @ParameterizedTest
    @CsvSource({
        "111, REFUSED",
        "113, HOST_UNREACHABLE",
        "112, HOST_UNREACHABLE",
        "101, NETWORK_UNREACHABLE",
        "110, TIMED_OUT",
        "104, RESET",
        "24, NO_DESCRIPTOR",
        "23, NO_DESCRIPTOR",
        "99, NO_PORT",
        "13, DENIED",
        "1, DENIED",
        "22, FAILED",
        "12, FAILED"
    })
    void everyErrorOfAConnectHasItsResult(int number, ConnectResult result) {
        assertThat(new Errno(number).connectResult()).isEqualTo(result);
    }

    @ParameterizedTest
    @CsvSource({"12, true, true", "105, true, true", "23, false, true", "24, false, true", "11, false, false"})
    void shortageIsOfMemoryOrOfDescriptors(int number, boolean memory, boolean shortage) {
        assertThat(new Errno(number).isNoMemory()).isEqualTo(memory);
        assertThat(new Errno(number).isShortage()).isEqualTo(shortage);
    }
}
