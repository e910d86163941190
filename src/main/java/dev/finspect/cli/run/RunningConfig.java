package dev.finspect.cli.run;

import dev.finspect.cli.config.ClosePolicies;
import dev.finspect.cli.config.Config;
import dev.finspect.cli.process.CommandFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** The configuration in force of a running finspect, and how another one takes its place. The reload's thread. */
public final class RunningConfig implements ConfigReload.Running {
    private final ProxyServer service;
    private final Optional<RunAsUser> other;
    private final Consumer<Config> afterwards;
    private Config config;

    /**
     * Everything is open under {@code config}.
     *
     * @param other the user that finspect became; empty if it did not change its user
     * @param afterwards called after each change, with the configuration that is in force then
     */
    public RunningConfig(Config config, ProxyServer service, Optional<RunAsUser> other, Consumer<Config> afterwards) {
        this.config = config;
        this.service = service;
        this.other = other;
        this.afterwards = afterwards;
    }

    @Override
    public Config config() {
        return config;
    }

    @Override
    public List<String> refusals(Config next) {
        if (other.isEmpty()) {
            return List.of();
        }
        List<String> refusals = new ArrayList<>(other.get().refusals(next));
        if (next.capture().any() && !service.captures()) {
            refusals.add("capture: the rights to begin one were given up with the change of user. Restart finspect.");
        }
        return refusals;
    }

    /** Close policies that were switched since, which the configuration sets back. */
    @Override
    public List<String> changes(Config next) {
        List<String> changes = new ArrayList<>();
        var policies = service.relay().closePolicies();
        config.relay().routes().forEach(route -> {
            var now = policies.getOrDefault(route.name(), route.closePolicy());
            next.relay().routes().stream()
                    .filter(after -> after.equals(route) && !now.equals(after.closePolicy()))
                    .forEach(after -> changes.add("route " + route.name() + " changed: close_policy, back from "
                            + ClosePolicies.shown(now) + "."));
        });
        return changes;
    }

    @Override
    public void apply(Config next) throws CommandFailure {
        service.apply(config, next);
        config = next;
        afterwards.accept(next);
    }
}
