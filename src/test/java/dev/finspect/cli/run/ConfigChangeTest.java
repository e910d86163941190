package dev.finspect.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.cli.config.Config;
import dev.finspect.cli.config.ConfigException;
import dev.finspect.cli.config.ConfigReader;
import dev.finspect.cli.config.Overrides;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a reload can change, and what needs a restart. */
final class ConfigChangeTest {
    private static final String WEB = "routes:\n- {name: web, listen: ':80', upstream: 'a:1'}\n";

    @TempDir
    private Path directory;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "user             | user: nobody",
                "engine           | engine: nio",
                "loops            | loops: 3",
                "admin.listen     | admin: {listen: '127.0.0.1:9601'}",
                "admin.listen     | admin: {listen: off}",
                "admin.token_file | admin: {token_file: /etc/token}",
                "admin.open       | admin: {open: /metrics}",
                "admin.hosts      | admin: {hosts: db.example}",
                "log.format       | log: {format: text}",
                "log.detail       | log: {detail: full}",
                "log.instance     | log: {instance: db-1}",
                "log.file         | log: {file: /tmp/log}",
                "otlp             | otlp: {url: 'http://127.0.0.1:4318'}",
                "capture.ring     | capture: {ring: 16 MiB}",
                "capture.save     | capture: {save: /tmp}",
            })
    void aSettingThatNeedsARestartIsNamed(String key, String setting) throws Exception {
        ConfigChange change = ConfigChange.between(read(WEB), read(setting + "\n" + WEB));
        assertThat(change.refusals()).singleElement().asString().startsWith(key).contains("cannot change while");
        assertThat(ConfigChange.between(read(setting + "\n" + WEB), read(WEB)).refusals())
                .singleElement()
                .asString()
                .startsWith(key);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "limits.sessions       | limits: {sessions: 5}",
                "limits.when_full      | limits: {when_full: reject}",
                "limits.held_bytes     | limits: {held_bytes: 64 MiB}",
                "limits.per_client     | limits: {per_client: 5}",
                "limits.unspoken       | limits: {unspoken: 5}",
                "splice                | splice: false",
                "log.progress_interval | log: {progress_interval: 5s}",
                "log.only              | log: {only: not clean}",
                "drain                 | drain: 5s",
                "drain_delay           | drain_delay: 5s",
                "history               | history: 5",
                "route web changed: diagnosis | diagnosis: {silence: 5s}",
                "route web changed: diagnosis | diagnosis: off",
                "route web changed: capture   | capture: {mode: headers}",
                "route web changed: capture   | capture: off",
            })
    void aSettingThatAReloadChangesIsNamed(String key, String setting) throws Exception {
        ConfigChange change = ConfigChange.between(read(WEB), read(setting + "\n" + WEB));
        assertThat(change.refusals()).isEmpty();
        assertThat(change.changes()).singleElement().asString().startsWith(key);
    }

    @ParameterizedTest
    @CsvSource({
        "listen, 'listen: \":81\", upstream: \"a:1\"'",
        "upstream, 'listen: \":80\", upstream: \"b:1\"'",
        "clients, 'listen: \":80\", upstream: \"a:1\", clients: {allow: 10.0.0.0/8}'",
        "timeouts, 'listen: \":80\", upstream: \"a:1\", timeouts: {idle: 1s}'",
        "client_socket, 'listen: \":80\", upstream: \"a:1\", client_socket: {no_delay: false}'",
        "upstream_socket, 'listen: \":80\", upstream: \"a:1\", upstream_socket: {no_delay: false}'",
        "close_policy, 'listen: \":80\", upstream: \"a:1\", close_policy: reset'",
        "answers, 'listen: \":80\", upstream: \"a:1\", answers: not-expected'",
        "mode, 'listen: \":80\", upstream: \"a:1\", mode: redirect'",
        "tls, 'listen: \":80\", upstream: \"a:1\", tls: observe'",
        "proxy_protocol, 'listen: \":80\", upstream: \"a:1\", proxy_protocol: {send: v2}'",
        "capture, 'listen: \":80\", upstream: \"a:1\", capture: headers'",
    })
    void aChangedKeyOfARouteIsNamed(String key, String route) throws Exception {
        ConfigChange change = ConfigChange.between(read(WEB), read("routes:\n- {name: web, " + route + "}\n"));
        assertThat(change.refusals()).isEmpty();
        assertThat(change.changes()).containsExactly("route web changed: " + key + ".");
    }

    @Test
    void routesThatComeAndGoAreNamed() throws Exception {
        Config before = read(WEB + "- {name: db, listen: ':81', upstream: 'a:1'}\n");
        Config after = read("routes:\n- {name: api, listen: ':81', upstream: 'a:2'}\n- {name: web, listen: ':80',"
                + " upstream: 'a:1'}\n");
        assertThat(ConfigChange.between(before, after).changes())
                .containsExactly("route api added: [::]:81 -> a:2.", "route db removed.");
        assertThat(ConfigChange.between(before, before).changes()).isEmpty();
        Config turned = read("routes:\n- {name: db, listen: ':81', upstream: 'a:1'}\n- {name: web, listen: ':80',"
                + " upstream: 'a:1'}\n");
        assertThat(ConfigChange.between(before, turned).changes()).containsExactly("the order of the routes changed.");
    }

    /** The lines of a file move when something is written above them, which changes nothing. */
    @Test
    void theSameSettingsInOtherLinesAreNoChange() throws Exception {
        Config moved = read("# a comment\n\nadmin: {listen: '127.0.0.1:9600'}\nuser: nobody\n" + WEB);
        Config config = read("user: nobody\nadmin: {listen: '127.0.0.1:9600'}\n" + WEB);
        assertThat(ConfigChange.between(config, moved).changes()).isEmpty();
        assertThat(ConfigChange.between(config, moved).refusals()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "client_socket: {receive_buffer: 1 MiB}, client_socket.receive_buffer",
        "client_socket: {send_buffer: 1 MiB}, client_socket.send_buffer",
        "client_socket: {congestion_control: reno}, client_socket.congestion_control",
        "mode: tproxy, mode tproxy",
    })
    void whatAListenerThatStaysCannotUndoIsNamed(String setting, String named) throws Exception {
        Config plain = read(WEB);
        Config special = read("routes:\n- {name: web, listen: ':80', upstream: 'a:1', " + setting + "}\n");
        assertThat(ConfigChange.between(special, plain).refusals())
                .singleElement()
                .asString()
                .startsWith("route web, listening on [::]:80: " + named);
        // On another port it is another listener.
        Config elsewhere = read("routes:\n- {name: web, listen: ':81', upstream: 'a:1'}\n");
        assertThat(ConfigChange.between(special, elsewhere).refusals()).isEmpty();
    }

    /** A key that is added to the configuration must be sorted in: it changes, or it needs a restart. */
    @Test
    void everyKeyIsKnownToChangeOrNot() {
        TreeSet<String> sections = new TreeSet<>();
        ConfigReader.knownPaths().forEach(path -> sections.add(path.replaceAll("\\[].*|\\..*", "")));
        assertThat(sections)
                .as("sections of the configuration that ConfigChange compares")
                .containsExactly(
                        "admin",
                        "capture",
                        "diagnosis",
                        "drain",
                        "drain_delay",
                        "engine",
                        "history",
                        "limits",
                        "log",
                        "loops",
                        "otlp",
                        "routes",
                        "splice",
                        "user",
                        "warm_up");
    }

    private Config read(String text) throws ConfigException, IOException {
        return ConfigReader.ofFile(
                Files.writeString(directory.resolve("finspect.yaml"), text), new Overrides(Map.of()));
    }
}
