package dev.finspect.session.passive;

import dev.finspect.session.watch.RouteDiagnosis;
import dev.finspect.tcp.FourTuple;
import java.time.Duration;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * How connections of others are followed.
 *
 * @param route the name that stands for all of them in records and meters
 * @param diagnosis when something counts as hung, and who looks up sockets of this host; null for no diagnosis
 * @param mostConnections how many are followed at once; beyond that, the longest silent is let go
 * @param wanted which connections are followed, by their ends in either direction
 * @param progress how often a connection that moves or hangs has a record; zero for never
 * @param keptBytes memory for headers that are kept for exports
 * @param startEpochNanos when it begins, nanoseconds since the Unix epoch
 * @param salt makes ids differ from those of other processes
 */
public record PassiveSettings(
        String route,
        @Nullable RouteDiagnosis diagnosis,
        int mostConnections,
        Predicate<FourTuple> wanted,
        Duration progress,
        long keptBytes,
        long startEpochNanos,
        long salt) {}
