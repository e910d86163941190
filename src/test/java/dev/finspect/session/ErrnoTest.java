package dev.finspect.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.tcp.Errno;
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
        "13, EACCES, TIMED_OUT",
        "22, EINVAL, LOCAL",
        "23, ENFILE, LOCAL",
        "24, EMFILE, LOCAL",
        "32, EPIPE, RESET",
        "64, ENONET, TIMED_OUT",
        "71, EPROTO, TIMED_OUT",
        "90, EMSGSIZE, TIMED_OUT",
        "92, ENOPROTOOPT, TIMED_OUT",
        "95, EOPNOTSUPP, TIMED_OUT",
        "98, EADDRINUSE, LOCAL",
        "99, EADDRNOTAVAIL, LOCAL",
        "100, ENETDOWN, TIMED_OUT",
        "101, ENETUNREACH, TIMED_OUT",
        "102, ENETRESET, LOCAL",
        "103, ECONNABORTED, LOCAL",
        "104, ECONNRESET, RESET",
        "105, ENOBUFS, LOCAL",
        "107, ENOTCONN, LOCAL",
        "110, ETIMEDOUT, TIMED_OUT",
        "111, ECONNREFUSED, TIMED_OUT",
        "112, EHOSTDOWN, TIMED_OUT",
        "113, EHOSTUNREACH, TIMED_OUT",
        "4095, ERRNO_4095, LOCAL"
    })
    void numbersHaveTheirNamesAndMeanings(int errno, String name, Errno.Meaning meaning) {
        assertThat(Errno.name(errno)).isEqualTo(name);
        assertThat(Errno.meaning(errno)).isEqualTo(meaning);
    }

    @Test
    void errorThatIsNotKnownHasNoNameAndIsTakenForAnRst() {
        assertThat(Errno.name(0)).isNull();
        assertThat(Errno.meaning(0)).isEqualTo(Errno.Meaning.RESET);
    }
}
