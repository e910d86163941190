package dev.finspect.relay;

import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * The settings of the relay as a whole.
 *
 * @param routes at least one
 * @param engine which data path to use
 * @param loops event loops; 0 takes one for every two processors, at least one
 * @param maxSessions living sessions at most; empty has no limit
 * @param rejectWhenFull true resets new clients at the limit, false leaves them in the backlog
 * @param heldBytesBudget bytes that all legs together may hold for peers that do not take them
 * @param splice whether bulk goes by splice(2)
 * @param pipes splice pipes at most, all loops together; bulk that finds none is copied
 * @param progressInterval between two progress records of a session that lives on; null writes none
 * @param admission limits at which single clients are refused
 */
public record RelaySettings(
        List<RouteSettings> routes,
        EngineChoice engine,
        int loops,
        OptionalInt maxSessions,
        boolean rejectWhenFull,
        long heldBytesBudget,
        boolean splice,
        int pipes,
        @Nullable Duration progressInterval,
        AdmissionLimits admission) {
    /** Splice pipes of the process at most: two descriptors each, and unprivileged users have a quota of pipe pages. */
    public static final int MOST_PIPES = 128;

    /** With as many pipes as there may be, and without limits for single clients. */
    public RelaySettings(
            List<RouteSettings> routes,
            EngineChoice engine,
            int loops,
            OptionalInt maxSessions,
            boolean rejectWhenFull,
            long heldBytesBudget,
            boolean splice,
            @Nullable Duration progressInterval) {
        this(
                routes,
                engine,
                loops,
                maxSessions,
                rejectWhenFull,
                heldBytesBudget,
                splice,
                MOST_PIPES,
                progressInterval,
                AdmissionLimits.NONE);
    }

    /** The same with these limits at which single clients are refused. */
    public RelaySettings with(AdmissionLimits limits) {
        return new RelaySettings(
                routes,
                engine,
                loops,
                maxSessions,
                rejectWhenFull,
                heldBytesBudget,
                splice,
                pipes,
                progressInterval,
                limits);
    }

    /** The same with these limits. */
    public RelaySettings within(OptionalInt sessions, int mostPipes) {
        return new RelaySettings(
                routes,
                engine,
                loops,
                sessions,
                rejectWhenFull,
                heldBytesBudget,
                splice,
                mostPipes,
                progressInterval,
                admission);
    }
}
