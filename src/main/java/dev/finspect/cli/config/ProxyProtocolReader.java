package dev.finspect.cli.config;

import dev.finspect.relay.Network;
import dev.finspect.relay.ProxyProtocol;
import java.time.Duration;
import java.util.List;

/** Reads the {@code proxy_protocol} section of a route. */
final class ProxyProtocolReader {
    private static final Syntax<Integer> VERSION = text -> switch (text) {
        case "off" -> 0;
        case "v1" -> 1;
        case "v2" -> 2;
        default ->
            throw new InvalidValueException(
                    Scalars.quoted(text) + " is not a version of the PROXY protocol", "Write v1, v2 or off.");
    };

    private ProxyProtocolReader() {}

    static ProxyProtocol read(Section route) {
        Section section = route.section("proxy_protocol");
        List<Network> acceptFrom = section.values("accept_from", Addresses.NETWORK);
        Duration patience = section.value(
                "timeout",
                Scalars.duration(Duration.ofMillis(1), Duration.ofMinutes(5)),
                ProxyProtocol.NONE.patience());
        int send = section.value("send", VERSION, 0);
        section.end();
        return new ProxyProtocol(acceptFrom, patience, send);
    }
}
