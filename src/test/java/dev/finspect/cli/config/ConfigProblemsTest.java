package dev.finspect.cli.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Input on the one side, every complaint with its place on the other. */
final class ConfigProblemsTest {
    private static final String ROUTE = "routes:\n- {name: db, listen: '127.0.0.1:1', upstream: '10.0.0.1:2'}\n";

    static List<Arguments> problems() {
        return List.of(
                bad("log: {formt: json}\n" + ROUTE, "c:1:7: unknown key 'formt' in log. Did you mean 'format'?"),
                bad(
                        "otlp: {interval: 5s}\n" + ROUTE,
                        "c:1:7: otlp has no url. Write the URL of an OTLP/HTTP receiver, for example http://127.0.0.1:4318."),
                bad(
                        "otlp: {url: '127.0.0.1:4318'}\n" + ROUTE,
                        "c:1:13: url: '127.0.0.1:4318' is not a URL. Write the URL of an OTLP/HTTP receiver, for example http://127.0.0.1:4318."),
                bad(
                        "otlp: {url: 'grpc://127.0.0.1:4317'}\n" + ROUTE,
                        "c:1:13: url: 'grpc://127.0.0.1:4317' is not an http:// or https:// URL. Write the URL of an OTLP/HTTP receiver, for example http://127.0.0.1:4318."),
                bad(
                        "otlp: {url: 'http://h', headers: [a], resource: {b: [c]}}\n" + ROUTE,
                        "c:1:34: 'headers' must contain names with a text each. Write 'name: text' lines below it.",
                        "c:1:53: 'resource.b' takes one value, not a list. Write one value."),
                bad(
                        "diagnosis: {silense: 5s}\n" + ROUTE,
                        "c:1:13: unknown key 'silense' in diagnosis. Did you mean 'silence'?"),
                bad(
                        "diagnosis: {silence: soon}\n" + ROUTE,
                        "c:1:22: silence: 'soon' is not a duration. Write a whole number with its unit (ms, s, m, h, d),"
                                + " for example 500ms, 10s or 1m."),
                bad(
                        "diagnosis: {silence: 1ms, not_closing: 2d}\n" + ROUTE,
                        "c:1:22: silence: 1ms is out of range. Write a duration from 10ms to 1d.",
                        "c:1:40: not_closing: 2d is out of range. Write a duration from 10ms to 1d."),
                bad(
                        "diagnosis: {enabled: perhaps}\n" + ROUTE,
                        "c:1:22: enabled: 'perhaps' is neither true nor false. Write true or false."),
                bad(
                        "diagnosis: on\n" + ROUTE,
                        "c:1:12: 'diagnosis' must contain keys. Write 'key: value' lines below it."),
                bad(
                        "routes: [{name: a, listen: ':1', upstream: original}]\n",
                        "c:1:44: upstream 'original' does not apply to clients that connect to finspect itself. Set mode: redirect or mode: tproxy, or name a service."),
                bad(
                        "routes: [{name: a, listen: ':1', mode: tproxy, upstream: [original, 'b:1']}]\n",
                        "c:1:59: upstream 'original' cannot be combined with others. Use it alone: each client is forwarded to its original destination."),
                route(
                        "destinations: {ports: 80}",
                        "c:3:17: destinations do not apply to clients that connect to finspect itself. Set mode: redirect or mode: tproxy, or remove destinations."),
                route(
                        "mode: tproxy\n  destinations: {ports: [0, 90-80, x]}",
                        "c:4:26: ports: 0 is out of range. Write a number from 1 to 65535.",
                        "c:4:29: ports: '90-80' ends before it starts. Write the lower port first, for example"
                                + " 8000-8100.",
                        "c:4:36: ports: 'x' is not a whole number. Write a number from 1 to 65535."),
                route(
                        "keep_client_address: true",
                        "c:2:3: keep_client_address needs mode: tproxy, whose rules route the upstream's answers back. Set mode: tproxy, or remove keep_client_address."),
                route(
                        "answers: never",
                        "c:3:12: answers: 'never' is not a valid value. Write expected or not-expected or learn."),
                route(
                        "mode: transparent",
                        "c:3:9: mode: 'transparent' is not a valid value. Write forward or redirect or tproxy."),
                route(
                        "proxy_protocol: {send: v3, accept_from: [10.0.0.1/8]}",
                        "c:3:26: send: 'v3' is not a version of the PROXY protocol. Write v1, v2 or off.",
                        "c:3:44: accept_from: '10.0.0.1/8' has bits set after the first 8. Write 10.0.0.0/8, or 10.0.0.1"
                                + " for that one address."),
                route(
                        "diagnosis: {conect: 5s}",
                        "c:3:15: unknown key 'conect' in routes[0].diagnosis. Did you mean 'connect'?"),
                bad(
                        "frobnicate: 1\n" + ROUTE,
                        "c:1:1: unknown key 'frobnicate'. Valid keys: admin, log, otlp, limits, loops, engine, splice, user, drain,"
                                + " drain_delay, warm_up, history, capture, diagnosis, routes."),
                bad("Loops: 1\n" + ROUTE, "c:1:1: unknown key 'Loops'. Did you mean 'loops'?"),
                bad(
                        "loops: 1\nloops: 2\n" + ROUTE,
                        "c:2:1: 'loops' occurs twice, first in line 1. Remove one of them."),
                bad(
                        "loops: many\n" + ROUTE,
                        "c:1:8: loops: 'many' is not a whole number. Write a number from 1 to 256."),
                bad("loops: 1000\n" + ROUTE, "c:1:8: loops: 1000 is out of range. Write a number from 1 to 256."),
                bad("loops: [1]\n" + ROUTE, "c:1:8: 'loops' takes one value, not a list. Write one value."),
                bad("loops:\n" + ROUTE, "c:1:1: 'loops' has no value. Add a value, or remove the line."),
                bad(
                        "engine: uring\n" + ROUTE,
                        "c:1:9: engine: 'uring' is not a valid value. Write auto or epoll or nio."),
                bad("splice: yes\n" + ROUTE, "c:1:9: splice: 'yes' is neither true nor false. Write true or false."),
                bad(
                        "drain: 30\n" + ROUTE,
                        "c:1:8: drain: '30' is not a duration. Write a whole number with its unit (ms, s, m, h, d), for"
                                + " example 500ms, 10s or 1m."),
                bad("drain: 2d\n" + ROUTE, "c:1:8: drain: 2d is out of range. Write a duration from 0ms to 1d."),
                bad(
                        "drain: 999999999999999999d\n" + ROUTE,
                        "c:1:8: drain: 999999999999999999d is out of range. Write a duration from 0ms to 1d."),
                bad(
                        "limits: {held_bytes: 8MB}\n" + ROUTE,
                        "c:1:22: held_bytes: '8MB' is ambiguous: powers of 1000 or of 1024. Write bytes as a whole number,"
                                + " or with k, m, g or KiB, MiB, GiB (powers of 1024), for example 64k or 8MiB."),
                bad(
                        "limits: {held_bytes: 1}\n" + ROUTE,
                        "c:1:22: held_bytes: 1 is out of range. Write a size from 1MiB to 1024GiB."),
                bad(
                        "limits: {held_bytes: lots}\n" + ROUTE,
                        "c:1:22: held_bytes: 'lots' is not a size. Write bytes as a whole number, or with k, m, g or KiB,"
                                + " MiB, GiB (powers of 1024), for example 64k or 8MiB."),
                bad(
                        "log: {detail: brief}\n" + ROUTE,
                        "c:1:15: detail: 'brief' is not a valid value. Write compact or full."),
                bad(
                        "log: {only: clean or}\n" + ROUTE,
                        "c:1:13: only: 'clean or' is no filter. At column 7: a term must follow."),
                bad(
                        "log: {sample: 10}\n" + ROUTE,
                        "c:1:15: sample: there are no other sessions to take samples of, without 'only'. Add 'only' with"
                                + " a filter, for example: not clean."),
                bad(
                        "log: {only: clean, sample: 1}\n" + ROUTE,
                        "c:1:28: sample: 1 is out of range. Write a number from 2 to 1000000."),
                bad(
                        "log: {instance: 'two words'}\n" + ROUTE,
                        "c:1:17: instance: 'two words' is no name. Write letters, digits and marks, without blanks."),
                bad("log: json\n" + ROUTE, "c:1:6: 'log' must contain keys. Write 'key: value' lines below it."),
                bad(
                        "admin: {listen: 0.0.0.0:9600}\n" + ROUTE,
                        "c:1:17: the admin server would be reachable from other machines without a token. Set admin.token_file to a file with a token, or use 127.0.0.1 or [::1], for example 127.0.0.1:9600."),
                bad("routes: 7\n", "c:1:9: 'routes' must be a list. Start each entry with a dash: '- name: ...'."),
                bad(
                        "loops: 1\n",
                        "c:1:1: there is no route. Add 'routes:' with a name, listen and upstream; see config/finspect.yaml for an example."),
                bad(
                        "routes: [{}]\n",
                        "c:1:10: the route has no name. Give the route a unique name; it labels records and metrics.",
                        "c:1:10: the route has no listen. Add where clients connect, for example listen: 127.0.0.1:15432.",
                        "c:1:10: the route has no upstream. Add the service behind the route, for example upstream: 127.0.0.1:5432."),
                route(
                        "listen: []",
                        "c:2:3: the route's listen list is empty. Add where clients connect, for example listen: 127.0.0.1:15432."),
                route("listen: 80", "c:3:11: listen: '80' has no host. Write HOST:PORT, for example 127.0.0.1:80."),
                route(
                        "listen: localhost",
                        "c:3:11: listen: 'localhost' has no port. Write HOST:PORT, for example 127.0.0.1:15432."),
                route(
                        "listen: web:80",
                        "c:3:11: listen: 'web' is a name, but finspect listens on addresses. Write a numeric address, for example 127.0.0.1:80, or :80 for every address."),
                route(
                        "listen: 127.0.0.1:70000",
                        "c:3:11: listen: '70000' in '127.0.0.1:70000' is not a port. Write a number from 0 to 65535."),
                route(
                        "listen: ::1:80",
                        "c:3:11: listen: '::1:80' has more than one colon. Put an IPv6 address in brackets, followed by the port: [2001:db8::1]:80."),
                route(
                        "listen: [::1]:80",
                        "c:3:12: colons and brackets have a meaning in YAML. Put an IPv6 address with brackets in quotes: \"[::1]:80\"."),
                route(
                        "clients: {allow: [::1]}",
                        "c:3:21: colons and brackets have a meaning in YAML. Put an IPv6 address with brackets in quotes: \"[::1]:80\"."),
                route(
                        "listen: 1.2.3.400:80",
                        "c:3:11: listen: '1.2.3.400' is not an IPv4 address. Write four numbers from 0 to 255, for"
                                + " example 127.0.0.1."),
                route(
                        "listen: 10.1:80",
                        "c:3:11: listen: '10.1' is not an IPv4 address. Write four numbers from 0 to 255, for example"
                                + " 127.0.0.1."),
                route(
                        "upstream: db:0",
                        "c:3:13: upstream: '0' in 'db:0' is not a port. Write a number from 1 to 65535."),
                route(
                        "upstream: ':80'",
                        "c:3:13: upstream: ':80' has no host. Write host:port, for example 127.0.0.1:80."),
                route(
                        "upstream: 0.0.0.0:80",
                        "c:3:13: upstream: '0.0.0.0:80' is not an address to connect to. Write the service's address, for example 127.0.0.1:80."),
                route(
                        "upstream: a b:80",
                        "c:3:13: upstream: 'a b' is not a host name. Use letters, digits, '-' and '.'; write an internationalised name in its xn-- form."),
                route(
                        "clients: {allow: [10.1.2.3/8, fd00::/8, x/1]}",
                        "c:3:21: allow: '10.1.2.3/8' has bits set after the first 8. Write 10.0.0.0/8, or 10.1.2.3 for"
                                + " that one address.",
                        "c:3:43: allow: 'x/1' is not a network. Write it as ADDRESS/BITS, for example 10.0.0.0/8 or"
                                + " fd00::/8."),
                route(
                        "clients: {refuse: 10.0.0.0/33}",
                        "c:3:21: refuse: 33 is out of range. Write a number from 0 to 32."),
                route(
                        "timeouts: {connect: off}",
                        "c:3:23: connect: 'off' is not a duration. Write a whole number with its unit (ms, s, m, h, d),"
                                + " for example 500ms, 10s or 1m."),
                route(
                        "timeouts: {half_closed: 1s}",
                        "c:3:14: unknown key 'half_closed' in routes[0].timeouts. Did you mean 'half_close'?"),
                route(
                        "socket: {congestion_control: 'rm -rf'}",
                        "c:3:32: congestion_control: 'rm -rf' is not a congestion control algorithm. Write one of"
                                + " /proc/sys/net/ipv4/tcp_available_congestion_control, for example cubic."),
                route(
                        "listen: 10.0.0.1:2",
                        "c:4:13: upstream 10.0.0.1:2 is finspect itself, listening for route 'r': that is an endless loop. Name"
                                + " the service behind it, or listen on another port."),
                bad(
                        ROUTE + "- {name: db, listen: '127.0.0.1:3', upstream: '10.0.0.1:2'}\n",
                        "c:3:10: route 'db' already exists, at c:2:10. Choose another name."),
                bad(
                        ROUTE + "- {name: b, listen: '127.0.0.1:1', upstream: '10.0.0.1:2'}\n",
                        "c:3:21: 127.0.0.1:1 is already used by route 'db', at c:2:22. Give each listener its own address or port."),
                bad(
                        """
                        routes:
                        - {name: a, listen: ':1', mode: redirect, upstream: original}
                        - {name: b, listen: ':1', mode: redirect, upstream: original}
                        """,
                        "c:3:21: route 'b' and route 'a' share [::]:1, but the latter comes first and takes every destination. Set its destinations, or move it to the end."),
                bad(
                        """
                        routes:
                        - {name: a, listen: ':1', mode: redirect, upstream: original, destinations: {ports: [2]}}
                        - {name: b, listen: ':1', mode: tproxy, upstream: original}
                        """,
                        "c:3:21: route 'b' and route 'a' share [::]:1 but differ in mode or client_socket. Give both the same settings, or each its own port."),
                bad(
                        """
                        routes:
                        - {name: a, listen: ':1', mode: redirect, upstream: original, destinations: {ports: [2, 4-9]}}
                        - {name: b, listen: ':1', mode: redirect, upstream: original, destinations: {ports: [3]}}
                        - {name: c, listen: ':1', mode: redirect, upstream: original, destinations: {ports: 2-5, networks: 10.0.0.0/8}}
                        """,
                        "c:4:21: route 'c' gets no connection: before it, route 'a' and route 'b' on the same address takes each of its destinations. Move the route with the narrower destinations to the front, or remove it."),
                bad(
                        """
                        routes:
                        - {name: a, listen: ':1', mode: redirect, upstream: original, destinations: {networks: 10.0.0.0/8}}
                        - {name: b, listen: ':1', mode: redirect, upstream: original, destinations: {networks: [10.1.0.0/16, 10.2.0.0/16], ports: 80}}
                        """,
                        "c:3:21: route 'b' gets no connection: before it, route 'a' on the same address takes each of its destinations. Move the route with the narrower destinations to the front, or remove it."),
                bad(
                        "routes: [{name: a, listen: '0.0.0.0:1', mode: tproxy, keep_client_address: true, upstream: ['10.0.0.1:2', '[fd00::1]:2']}]\n",
                        "c:1:107: keep_client_address cannot work towards [fd00::1]:2: it is IPv6, and the clients of route 'a' are not. Listen on an address of the same IP version, or remove keep_client_address."),
                bad(
                        "routes: [{name: a, listen: '[fd00::2]:1', mode: tproxy, keep_client_address: true, upstream: '10.0.0.1:2'}]\n",
                        "c:1:94: keep_client_address cannot work towards 10.0.0.1:2: it is IPv4, and the clients of route 'a' are not. Listen on an address of the same IP version, or remove keep_client_address."),
                bad(
                        "routes:\n- {name: db, listen: ':9', upstream: 'localhost:9'}\n",
                        "c:2:38: upstream localhost:9 is finspect itself, listening for route 'db': that is an endless loop. Name"
                                + " the service behind it, or listen on another port."),
                bad(
                        "admin: {listen: 127.0.0.1:9}\nroutes:\n- {name: db, listen: ':1', upstream: '127.0.0.1:9'}\n",
                        "c:3:38: upstream 127.0.0.1:9 is finspect itself, listening for the admin server: that is an endless loop. Name the service behind it, or listen on another port."),
                bad("loops: 1\n\tengine: nio\n", "c:2:1: a tab in the indentation. Indent with spaces."),
                bad(
                        "a: &x [1]\n" + ROUTE + "b: *x\n",
                        "c:1:4: '&x' is an anchor. Write the value where it is needed; anchors are not supported.",
                        "c:4:4: '*x' is an alias. Write the value; aliases are not supported.",
                        "c:1:1: unknown key 'a'. Valid keys: admin, log, otlp, limits, loops, engine, splice, user, drain,"
                                + " drain_delay, warm_up, history, capture, diagnosis, routes.",
                        "c:4:1: unknown key 'b'. Valid keys: admin, log, otlp, limits, loops, engine, splice, user, drain,"
                                + " drain_delay, warm_up, history, capture, diagnosis, routes."),
                bad(
                        "loops: !!java.lang.Runtime 1\n" + ROUTE,
                        "c:1:8: 'tag:yaml.org,2002:java.lang.Runtime' is a tag."
                                + " Remove it; tags are not supported."),
                bad(
                        "[".repeat(50_000),
                        "c:1:13: nested more than 12 levels deep. Remove levels; no setting is that deep."),
                bad(ROUTE + "---\n" + ROUTE, "c:3:1: a second document starts here. Use one document per file."),
                bad(
                        "# nothing\n",
                        "c:1:1: the file has no settings. Start with 'routes:'; see config/finspect.yaml for an example."),
                bad(
                        "just words\n",
                        "c:1:1: the file does not consist of 'key: value' lines. Start with 'routes:'; see config/finspect.yaml for an example."),
                bad(
                        "routes: [\n",
                        "c:2:1: is not valid YAML: expected the node content, but found '<stream end>'. Look for a"
                                + " missing quote, bracket, colon or space."));
    }

    @ParameterizedTest
    @MethodSource("problems")
    void everyProblemHasItsPlaceAndItsRemedy(String yaml, List<String> expected) {
        assertThat(complaintsOf(yaml)).containsExactlyInAnyOrderElementsOf(expected);
    }

    @Test
    void complaintsOfOneRunStandInTheOrderOfTheFile() {
        String yaml = "drain: soon\nloops: 0\nroutes:\n- {name: '', listen: x, upstream: y}\n";
        assertThat(complaintsOf(yaml)).hasSize(5).isSortedAccordingTo((a, b) -> {
            String[] left = a.split(":", 4);
            String[] right = b.split(":", 4);
            int line = Integer.parseInt(left[1]) - Integer.parseInt(right[1]);
            return line != 0 ? line : Integer.parseInt(left[2]) - Integer.parseInt(right[2]);
        });
    }

    @Test
    void controlCharactersOfTheInputDoNotReachTheTerminal() {
        assertThat(complaintsOf("\"\\e[31mred\": 1\n" + ROUTE))
                .singleElement()
                .asString()
                .contains("'?[31mred'");
    }

    private static List<String> complaintsOf(String yaml) {
        ConfigException e = catchThrowableOfType(
                ConfigException.class, () -> ConfigReader.ofText("c", yaml, new Overrides(Map.of())));
        assertThat(e).as("complaints of %s", yaml).isNotNull();
        return e.problems().stream().map(ConfigProblem::toString).toList();
    }

    private static Arguments bad(String yaml, String... problems) {
        return Arguments.of(yaml, List.of(problems));
    }

    /** A good route whose third line is the one under test. */
    private static Arguments route(String line, String... problems) {
        String listen = line.startsWith("listen") ? "" : "  listen: 127.0.0.1:1\n";
        String upstream = line.startsWith("upstream") ? "" : "  upstream: 10.0.0.1:2\n";
        return bad("routes:\n- name: r\n  " + line + "\n" + listen + upstream, problems);
    }
}
