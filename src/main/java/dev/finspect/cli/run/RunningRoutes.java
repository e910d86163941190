package dev.finspect.cli.run;

import dev.finspect.admin.RouteTable;
import dev.finspect.cli.config.Addresses;
import dev.finspect.cli.config.ClosePolicies;
import dev.finspect.cli.config.InvalidValueException;
import dev.finspect.diagnose.Thresholds;
import dev.finspect.relay.ClosePolicy;
import dev.finspect.relay.RouteSettings;
import dev.finspect.relay.RunningRelay;
import dev.finspect.relay.UpstreamTarget;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** The routes of the running relay, for the admin server. */
final class RunningRoutes implements RouteTable {
    private final Supplier<Optional<RunningRelay>> relay;

    /** The routes of the relay that {@code relay} supplies, none before it is open. */
    RunningRoutes(Supplier<Optional<RunningRelay>> relay) {
        this.relay = relay;
    }

    @Override
    public List<RouteStatus> rows() {
        return relay.get()
                .map(running -> running.routes().stream()
                        .map(route -> row(route, running))
                        .toList())
                .orElse(List.of());
    }

    @Override
    public Optional<RouteStatus> closePolicy(String route, String policy) {
        ClosePolicy wanted = parsed(policy);
        return relay.get()
                .filter(running -> running.closePolicy(route, wanted))
                .flatMap(running ->
                        rows().stream().filter(row -> row.name().equals(route)).findFirst());
    }

    @Override
    public Thresholds thresholds(String route) {
        return relay.get().stream()
                .flatMap(running -> Stream.concat(running.routes().stream(), running.livingOn().stream()))
                .filter(each -> each.name().equals(route))
                .findFirst()
                .map(each -> each.diagnosis().thresholds())
                .orElse(Thresholds.STANDARD);
    }

    private static ClosePolicy parsed(String policy) {
        try {
            return ClosePolicies.SYNTAX.parse(policy.strip());
        } catch (InvalidValueException e) {
            throw new IllegalArgumentException(e.what() + ". " + e.remedy(), e);
        }
    }

    private static RouteStatus row(RouteSettings route, RunningRelay running) {
        return new RouteStatus(
                route.name(),
                running.listening().getOrDefault(route.name(), List.of()).stream()
                        .map(Addresses::shown)
                        .toList(),
                route.upstreams().stream().map(UpstreamTarget::toString).toList(),
                ClosePolicies.shown(running.closePolicies().getOrDefault(route.name(), route.closePolicy())));
    }
}
