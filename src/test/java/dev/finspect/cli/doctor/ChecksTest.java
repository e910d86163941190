package dev.finspect.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.cli.intercept.ActiveRules;
import dev.finspect.cli.intercept.InterceptionTrial;
import dev.finspect.relay.Interception.Mode;
import dev.finspect.wire.TcpInfo;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the checks conclude from what they find. */
final class ChecksTest {
    @Test
    void aShortTcpInfoLacksTheFieldsBehindItsEnd() {
        assertThat(Checks.absent(TcpInfo.MAX_LENGTH)).isEmpty();
        assertThat(Checks.absent(192))
                .containsExactly("bytes_retransmitted", "peer_window_bytes", "out_of_order_segments");
        assertThat(Checks.absent(104)).contains("bytes_acked", "min_rtt_micros").doesNotContain("total_retransmits");
    }

    @Test
    void rulesOfTproxyWantTheirRouteAndNoStrictFilter() {
        String table = "table inet finspect { tproxy ip to :15002 }";
        String rule = "32765: from all fwmark 0xf1 lookup 241";
        String route = "local default dev lo scope host";
        assertThat(Checks.interception(new ActiveRules(table, "", rule, route, List.of()))
                        .grade())
                .isEqualTo(CheckResult.Grade.OK);
        assertThat(Checks.interception(new ActiveRules(table, "", "", "", List.of("eth0"))))
                .satisfies(finding -> {
                    assertThat(finding.grade()).isEqualTo(CheckResult.Grade.LESS);
                    assertThat(finding.found())
                            .contains("no rule sends packets", "does not deliver to this host", "filtering on eth0");
                });
        assertThat(Checks.interception(new ActiveRules("table { redirect to :1 }", "", "", "", List.of("eth0")))
                        .grade())
                .isEqualTo(CheckResult.Grade.OK);
        assertThat(Checks.interception(new ActiveRules(null, "", "", "", List.of()))
                        .found())
                .isEqualTo("no rules send connections to finspect");
        assertThat(Checks.interception(new ActiveRules(null, "not permitted\nmore", "", "", List.of()))
                        .found())
                .isEqualTo("cannot read its rules: not permitted");
    }

    @Test
    void trialsOfInterceptionAreGradedByWhatCameOfThem() {
        assertThat(InterceptionChecks.finding(
                        Mode.TPROXY, new InterceptionTrial.Result(true, InterceptionTrial.State.PASSED, "it came")))
                .isEqualTo(new CheckResult("TPROXY IPv6", CheckResult.Grade.OK, "it came", ""));
        assertThat(InterceptionChecks.finding(
                        Mode.REDIRECT, new InterceptionTrial.Result(false, InterceptionTrial.State.FAILED, "lost")))
                .satisfies(finding -> {
                    assertThat(finding.check()).isEqualTo("REDIRECT IPv4");
                    assertThat(finding.grade()).isEqualTo(CheckResult.Grade.MISSING);
                    assertThat(finding.gain()).contains("nft_redir", "intercept print --mode redirect");
                });
        assertThat(InterceptionChecks.finding(
                        Mode.TPROXY, new InterceptionTrial.Result(false, InterceptionTrial.State.UNTRIED, "no nft")))
                .satisfies(finding -> {
                    assertThat(finding.grade().label()).isEqualTo("untried");
                    assertThat(finding.found()).isEqualTo("not tried: no nft");
                    assertThat(finding.gain()).contains("as root");
                });
    }

    @Test
    void whatIsMissingSaysHowToGainIt() {
        assertThat(Checks.make())
                .hasSize(17)
                .allSatisfy(finding -> assertThat(finding.found()).isNotBlank())
                .filteredOn(finding -> finding.grade() != CheckResult.Grade.OK)
                .allSatisfy(finding -> assertThat(finding.gain()).isNotBlank());
    }
}
