package dev.finspect.cli.config;

import dev.finspect.diagnose.Expectation;
import dev.finspect.relay.ClosePolicy;
import dev.finspect.relay.Interception;
import dev.finspect.relay.Network;
import dev.finspect.relay.ProxyProtocol;
import dev.finspect.relay.RouteSettings;
import dev.finspect.relay.SocketSettings;
import dev.finspect.relay.Timeouts;
import dev.finspect.relay.TlsChoice;
import dev.finspect.relay.UpstreamTarget;
import dev.finspect.session.watch.DiagnosisSettings;
import dev.finspect.wire.filter.FilterMode;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads one entry of {@code routes}. */
final class RouteReader {
    private static final Duration LEAST = Duration.ofMillis(1);
    private static final Duration YEAR = Duration.ofDays(365);
    private static final Syntax<String> ALGORITHM = text -> {
        if (!text.matches("[a-z0-9_-]{1,15}")) {
            throw new InvalidValueException(
                    Scalars.quoted(text) + " is not a congestion control algorithm",
                    "Write one of /proc/sys/net/ipv4/tcp_available_congestion_control, for example cubic.");
        }
        return text;
    };

    private final Section section;
    private final Optional<Located<String>> name;
    private final List<Located<InetSocketAddress>> listen;
    private final List<Located<UpstreamTarget>> upstreams;
    private final Optional<FilterMode> capture;

    RouteReader(Section section) {
        this.section = section;
        name = section.located("name", Scalars.NAME_SYNTAX);
        listen = section.list("listen", Addresses.LISTEN);
        upstreams = section.list("upstream", InterceptionReader.UPSTREAM);
        capture = section.optional("capture", Scalars.choice(FilterMode.class));
    }

    Config.RouteLocations locations() {
        return new Config.RouteLocations(
                section.location(),
                listen.stream().map(Located::location).toList(),
                upstreams.stream().map(Located::location).toList());
    }

    /** The route's capture mode; empty if the route does not set it. */
    Optional<FilterMode> capture() {
        return capture;
    }

    /** The route's settings; reports what is missing. Adds the name to {@code names}, those of the routes before. */
    RouteSettings settings(Map<String, Location> names, DiagnosisSettings standard) {
        required("name", "Give the route a unique name; it labels records and metrics.");
        required("listen", "Add where clients connect, for example listen: 127.0.0.1:15432.");
        required("upstream", "Add the service behind the route, for example upstream: 127.0.0.1:5432.");
        name.ifPresent(n -> {
            Location first = names.putIfAbsent(n.value(), n.location());
            if (first != null) {
                section.report(
                        n.location(), "route '" + n.value() + "' already exists, at " + first, "Choose another name.");
            }
        });
        Section clients = section.section("clients");
        List<Network> allow = clients.values("allow", Addresses.NETWORK);
        List<Network> refuse = clients.values("refuse", Addresses.NETWORK);
        clients.end();
        Timeouts timeouts = timeouts(section.section("timeouts"));
        DiagnosisSettings diagnosis = DiagnosisReader.read(section, standard)
                .with(section.value(
                        "answers", Scalars.choice(Expectation.class, Expectation::label), Expectation.LEARN));
        SocketSettings both = socket(section.section("socket"), SocketSettings.DEFAULT);
        SocketSettings client = socket(section.section("client_socket"), both);
        SocketSettings upstream = socket(section.section("upstream_socket"), both);
        ProxyProtocol proxyProtocol = ProxyProtocolReader.read(section);
        Interception interception = InterceptionReader.read(section, upstreams);
        ClosePolicy closePolicy = section.value("close_policy", ClosePolicies.SYNTAX, ClosePolicy.PROPAGATE);
        TlsChoice tls = section.value("tls", Scalars.choice(TlsChoice.class), TlsChoice.OFF);
        section.end();
        return new RouteSettings(
                name.map(Located::value).orElse("?"),
                values(listen),
                values(upstreams),
                allow,
                refuse,
                timeouts,
                client,
                upstream,
                closePolicy,
                diagnosis,
                interception,
                proxyProtocol,
                tls);
    }

    private void required(String key, String remedy) {
        if (!section.has(key)) {
            section.report(section.location(), "the route has no " + key, remedy);
        } else if (section.emptyList(key)) {
            section.report(section.location(), "the route's " + key + " list is empty", remedy);
        }
    }

    private static Timeouts timeouts(Section section) {
        Timeouts standard = Timeouts.DEFAULT;
        Syntax<Duration> limit = Scalars.duration(LEAST, YEAR);
        Timeouts timeouts = new Timeouts(
                section.value("connect", Scalars.duration(LEAST, Duration.ofDays(1)), standard.connect()),
                section.value("idle", limit.orOff(), Optional.empty()).orElse(null),
                section.value("half_close", limit.orOff(), Optional.empty()).orElse(null),
                section.value("first_byte", limit.orOff(), Optional.empty()).orElse(null),
                section.value(
                        "reset_delivery",
                        Scalars.duration(Duration.ZERO, Duration.ofMinutes(1)),
                        standard.resetDelivery()));
        section.end();
        return timeouts;
    }

    private static SocketSettings socket(Section section, SocketSettings base) {
        Syntax<Optional<Duration>> keepAlive = Scalars.duration(Duration.ofSeconds(1), Duration.ofSeconds(32_767))
                .orOff();
        Syntax<Long> buffer = Scalars.size(2048, 1 << 30);
        SocketSettings settings = new SocketSettings(
                section.value("no_delay", Scalars.BOOLEAN, base.noDelay()),
                section.value("keep_alive", keepAlive, Optional.ofNullable(base.keepAlive()))
                        .orElse(null),
                section.located("receive_buffer", buffer)
                        .map(n -> (Integer) n.value().intValue())
                        .orElse(base.receiveBufferBytes()),
                section.located("send_buffer", buffer)
                        .map(n -> (Integer) n.value().intValue())
                        .orElse(base.sendBufferBytes()),
                section.optional("congestion_control", ALGORITHM).orElse(base.congestionControl()),
                section.located("mark", Scalars.number(0, 0xffff_ffffL))
                        .map(n -> (Integer) n.value().intValue())
                        .orElse(base.mark()));
        section.end();
        return settings;
    }

    private static <T> List<T> values(List<Located<T>> located) {
        return located.stream().map(Located::value).toList();
    }
}
