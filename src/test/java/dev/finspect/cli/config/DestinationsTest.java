package dev.finspect.cli.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.relay.Interception;
import dev.finspect.relay.Network;
import dev.finspect.relay.PortRange;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which destinations of a route are left after those of earlier ones; a word is {@code network ports}, any for all. */
final class DestinationsTest {
    @ParameterizedTest
    @CsvSource({
        "any 80, any 80, true",
        "any 80, any 1-79|any 81-65535, false",
        "any any, any 1-79|any 80-65535, true",
        "any any, any 2-65535, false",
        "10.0.0.0/8 80, any 80, true",
        "10.1.0.0/16 80, 10.0.0.0/8 any, true",
        "10.0.0.0/8 80, 10.1.0.0/16 any, false",
        "any 80, 10.0.0.0/8 80, false",
        "10.1.0.0/16 80-81, 10.0.0.0/8 80|10.1.0.0/16 81, true",
        "10.1.0.0/16 80-81, 10.0.0.0/8 80|11.1.0.0/16 81, false",
        "fd00::/8 80, 0.0.0.0/0 any, false",
        "fd00:1::/32 80, fd00::/8 80, true"
    })
    void areTaken(String later, String earlier, boolean taken) throws Exception {
        List<Interception> before = new ArrayList<>();
        for (String each : earlier.split("\\|", -1)) {
            before.add(of(each));
        }
        assertThat(Destinations.allTaken(of(later), before)).isEqualTo(taken);
    }

    private static Interception of(String words) throws UnknownHostException {
        String[] both = words.split(" ", -1);
        List<Network> networks = new ArrayList<>();
        if (!both[0].equals("any")) {
            String[] parts = both[0].split("/", -1);
            networks.add(new Network(InetAddress.getByName(parts[0]), Integer.parseInt(parts[1])));
        }
        List<PortRange> ports = new ArrayList<>();
        if (!both[1].equals("any")) {
            String[] ends = both[1].split("-", -1);
            ports.add(new PortRange(Integer.parseInt(ends[0]), Integer.parseInt(ends[ends.length - 1])));
        }
        return new Interception(Interception.Mode.REDIRECT, false, networks, ports);
    }
}
