package dev.finspect.kernel.capture;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The messages for steps that the kernel refuses. */
final class CaptureStepTest {
    @ParameterizedTest
    @CsvSource({
        "SOCKET, 1, does not have the capability CAP_NET_RAW, EPERM",
        "SOCKET, 13, --cap-add NET_RAW, EACCES",
        "SOCKET, 97, af_packet, EAFNOSUPPORT",
        "SOCKET, 24, ulimit -n, EMFILE",
        "WAKE, 23, ulimit -n, ENFILE",
        "VERSION, 92, TPACKET_V3, ENOPROTOOPT",
        "VERSION, 22, TPACKET_V3, EINVAL",
        "FILTER, 12, net.core.optmem_max, ENOMEM",
        "RING, 12, capture.ring, ENOMEM",
        "MAP, 12, capture.ring, ENOMEM",
        "MAP, 11, LimitMEMLOCK, EAGAIN",
        "MAP, 1, LimitMEMLOCK, EPERM",
        "BIND, 1, seccomp, EPERM",
        "BIND, 77, refused, ERRNO_77"
    })
    void eachRefusalSaysWhatIsMissingAndHowToGetIt(CaptureStep step, int errno, String remedy, String name) {
        CaptureStepRefused refused = new CaptureStepRefused(step, errno);
        assertThat(refused.sentence()).contains(remedy).endsWith(": " + name + ").");
        assertThat(refused.filterTooLong()).isEqualTo(step == CaptureStep.FILTER);
    }

    @ParameterizedTest
    @EnumSource(CaptureStep.class)
    void noRefusalIsWithoutASentence(CaptureStep step) {
        for (int errno = 1; errno < 134; errno++) {
            assertThat(step.refused(errno)).matches("[a-z].{20,}\\(.+: .+\\)\\.");
        }
    }

    @Test
    void aStepIsNamedByItsCall() {
        assertThat(CaptureStep.BIND.refused(22)).contains("(bind: EINVAL)");
    }
}
