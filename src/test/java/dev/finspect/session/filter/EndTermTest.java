package dev.finspect.session.filter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.tcp.FourTuple;
import dev.finspect.tcp.IpAddress;
import dev.finspect.wire.filter.FilterMode;
import dev.finspect.wire.filter.FilterRule;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a filter says about the ends of connections is known before there is a record, to a capture as well. */
final class EndTermTest {
    private static final int EVERY_PORT = 65_535;

    private static FourTuple tuple(int client, int service) {
        return new FourTuple(IpAddress.v4(0x0a000001), client, IpAddress.v4(0x0a000002), service);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''|true",
                "port:80|true",
                "port:5000|true",
                "PORT:81,80|true",
                "port:81|false",
                "!port:80|false",
                "not port:80|false",
                "not !port:80|true",
                "!port:81|true",
                "host:10.0.0.1|true",
                "host:10.0.0.2|true",
                "host:10.0.0.3|false",
                "host:10.0.0.0/24|true",
                "host:192.168.0.0/16,10.0.0.2|true",
                "host:::1|false",
                "port:80 host:10.0.0.3|false",
                "port:81 or host:10.0.0.1|true",
                "finding:* duration>1s|true",
                "port:81 or hung|true"
            })
    void connectionIsTakenByItsEnds(String filter, boolean taken) throws RecordFilter.Misunderstood {
        RecordFilter understood = RecordFilter.of(filter);
        assertThat(understood.mayTake(tuple(5_000, 80))).isEqualTo(taken);
        assertThat(understood.mayTake(tuple(5_000, 80).reversed())).isEqualTo(taken);
    }

    @Test
    void portsAreTheRulesOfTheCapture() throws RecordFilter.Misunderstood {
        assertThat(RecordFilter.of("port:80,443 host:10.0.0.1 hung or port:80").captureRules())
                .containsExactly(
                        new FilterRule(null, 80, FilterMode.HEADERS), new FilterRule(null, 443, FilterMode.HEADERS));
    }

    @Test
    void addressesAreItsRulesWithoutPorts() throws RecordFilter.Misunderstood {
        List<FilterRule> rules = RecordFilter.of("!port:80 host:10.0.0.1").captureRules();
        assertThat(rules).hasSize(EVERY_PORT);
        assertThat(rules).allSatisfy(rule -> assertThat(rule.address()).isEqualTo(IpAddress.v4(0x0a000001)));
    }

    @ParameterizedTest
    @CsvSource({"''", "host:10.0.0.0/8", "!host:10.0.0.1", "!port:80", "port:0", "hung", "port:80 or hung"})
    void elseEverythingIsCaptured(String filter) throws RecordFilter.Misunderstood {
        assertThat(RecordFilter.of(filter).captureRules())
                .hasSize(EVERY_PORT)
                .allSatisfy(rule -> assertThat(rule.address()).isNull());
    }
}
