package dev.finspect.cli.intercept;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.session.SessionIdentity;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a trial of interception concludes from the sessions that finspect had. */
final class InterceptionTrialTest {
    private static final InetSocketAddress MEANT = TrialNetwork.destination(false);
    private static final InetSocketAddress MEANT_6 = TrialNetwork.destination(true);

    @Test
    void knownDestinationAndBytesArePassed() throws Exception {
        assertThat(InterceptionTrial.judge(false, null, List.of(session("192.0.2.2", MEANT))))
                .isEqualTo(
                        new InterceptionTrial.Result(
                                false,
                                InterceptionTrial.State.PASSED,
                                "a connection to 198.51.100.1:8080 reached finspect and was forwarded with its original destination"));
        assertThat(InterceptionTrial.judge(
                                true, null, List.of(session("192.0.2.2", MEANT), session("2001:db8:1::2", MEANT_6)))
                        .state())
                .isEqualTo(InterceptionTrial.State.PASSED);
    }

    @Test
    void whatTheOtherFamilyDidProvesNothing() throws Exception {
        assertThat(InterceptionTrial.judge(true, "connect timed out", List.of(session("192.0.2.2", MEANT))))
                .isEqualTo(new InterceptionTrial.Result(
                        true,
                        InterceptionTrial.State.FAILED,
                        "a connection to [2001:db8:2:0:0:0:0:1]:8080 did not reach finspect: connect timed" + " out"));
    }

    @Test
    void unknownOrOtherDestinationFails() throws Exception {
        assertThat(InterceptionTrial.judge(false, "reset", List.of(session("192.0.2.2", null))))
                .satisfies(result -> {
                    assertThat(result.state()).isEqualTo(InterceptionTrial.State.FAILED);
                    assertThat(result.said()).endsWith("reached finspect, but without its original destination");
                });
        InetSocketAddress listener = new InetSocketAddress(InetAddress.getAllByName("192.0.2.1")[0], 15_001);
        assertThat(InterceptionTrial.judge(false, null, List.of(session("192.0.2.2", listener)))
                        .said())
                .endsWith("but with destination 192.0.2.1:15001");
    }

    @Test
    void bytesThatDoNotPassFail() throws Exception {
        assertThat(InterceptionTrial.judge(false, "Read timed out", List.of(session("192.0.2.2", MEANT))))
                .satisfies(result -> {
                    assertThat(result.state()).isEqualTo(InterceptionTrial.State.FAILED);
                    assertThat(result.said()).endsWith("but bytes do not pass: Read timed out");
                });
    }

    private static SessionIdentity session(String client, @Nullable InetSocketAddress original) throws Exception {
        InetSocketAddress here = new InetSocketAddress(InetAddress.getLoopbackAddress(), 15_001);
        InetSocketAddress from = new InetSocketAddress(InetAddress.getAllByName(client)[0], 40_000);
        return new SessionIdentity("01M82V01JT0000MBG800", "trial", here, from, here, original, 0, 0);
    }
}
