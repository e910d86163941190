package dev.finspect.cli.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.finspect.cli.config.Config;
import dev.finspect.cli.config.ConfigReader;
import dev.finspect.cli.config.Located;
import dev.finspect.cli.config.Location;
import dev.finspect.cli.config.Overrides;
import dev.finspect.cli.process.CommandFailure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** A run whose listeners another process has as well. */
@EnabledOnOs(OS.LINUX)
final class PassingTest {
    /** A reload closes listeners that are not wanted any more, for every process that has them. */
    @Test
    void noReloadChangesListenersThatASuccessorIsAboutToTake() throws Exception {
        Config before = config("5");
        Config next = config("6");
        ProxyServer service = ProxyServer.start(before, null);
        try {
            assertThat(service.passed()).hasSize(1);
            assertThatThrownBy(() -> service.apply(before, next))
                    .isInstanceOf(CommandFailure.class)
                    .hasMessageContaining("another process is about to take over");
            service.passedInVain();
            service.apply(before, next);
        } finally {
            service.close();
        }
    }

    @Test
    void aRunThatEndsPassesNothingAndTakesNoConfiguration() throws Exception {
        Config before = config("5");
        ProxyServer service = ProxyServer.start(before, null);
        try {
            assertThat(service.passed()).hasSize(1);
            service.drain(Duration.ZERO).get(100, TimeUnit.SECONDS);
            assertThat(service.passed()).isEmpty();
            assertThatThrownBy(() -> service.apply(before, config("6")))
                    .isInstanceOf(CommandFailure.class)
                    .hasMessageContaining("is ending");
        } finally {
            service.close();
        }
    }

    /** An operator's drain that came before the run was ready to end must not leave a process that serves nobody. */
    @Test
    void anEndThatHasBegunEndsTheProcessAsWell() throws Exception {
        ProxyServer service = ProxyServer.start(config("5"), null);
        try {
            service.drain(Duration.ZERO).get(100, TimeUnit.SECONDS);
            List<Duration> ends = new ArrayList<>();
            service.endBy(ends::add);
            assertThat(ends).hasSize(1);
        } finally {
            service.close();
        }
    }

    private static Config config(String sessions) throws Exception {
        return ConfigReader.ofRoute(
                new Located<>("db", Location.of("--name")),
                List.of(new Located<>("127.0.0.1:0", Location.of("--listen"))),
                List.of(new Located<>("127.0.0.1:1", Location.of("--upstream"))),
                new Overrides(Map.of())
                        .flag("--sessions", "limits.sessions", sessions)
                        .flag("--admin", "admin.listen", "off")
                        .flag("--engine", "engine", "epoll")
                        .flag("--capture", "routes[].capture", "off"));
    }
}
