package dev.finspect.session.live;

import dev.finspect.record.CloseAct;
import dev.finspect.record.Outcome;
import dev.finspect.record.ProxyReason;
import dev.finspect.record.RelayFault;
import dev.finspect.record.RelayedReason;
import dev.finspect.session.SessionRecord;
import dev.finspect.tcp.ConnectResult;
import dev.finspect.tcp.Errno;
import dev.finspect.tcp.Leg;
import org.jspecify.annotations.Nullable;

/**
 * What ended a session before both peers had closed it cleanly; decided by the first such event, since later ones follow
 * from it.
 *
 * @param leg whose connection ended it; null when finspect did
 * @param errorType for {@link SessionRecord#errorType}
 * @param termination for {@link SessionRecord#termination}
 * @param reason what was relayed otherwise than it came
 */
record SessionEnd(
        Kind kind,
        @Nullable Leg leg,
        Outcome outcome,
        String errorType,
        String termination,
        CloseAct act,
        RelayedReason reason) {

    /** The ways to end. */
    enum Kind {
        /** A peer's RST. */
        RESET,
        /** A peer that no longer answered. */
        TIMED_OUT,
        /** finspect, this host, or an upstream that could not be reached. */
        OWN
    }

    /** Both legs are over, though not both peers closed, or bytes are gone, and nothing says why: a defect of finspect. */
    static final SessionEnd UNEXPLAINED = new SessionEnd(
            Kind.OWN,
            null,
            Outcome.PROXY,
            "unexplained",
            Termination.internal(Termination.DATA),
            CloseAct.PROXY_RESET,
            RelayFault.UNEXPLAINED);

    /** A leg's connection failed with {@code errno}. */
    static SessionEnd failed(Leg leg, Errno errno, char phase) {
        return switch (errno.cause()) {
            case RESET ->
                new SessionEnd(
                        Kind.RESET,
                        leg,
                        Outcome.RESET,
                        "reset",
                        Termination.reset(leg, phase),
                        CloseAct.rst(leg),
                        RelayFault.RESET_NOT_PASSED);
            case GIVEN_UP ->
                new SessionEnd(
                        Kind.TIMED_OUT,
                        leg,
                        Outcome.TIMED_OUT,
                        "timed_out",
                        Termination.timedOut(leg, phase),
                        CloseAct.timeout(leg),
                        RelayFault.TIMEOUT_AS_RESET);
            case LOCAL ->
                new SessionEnd(
                        Kind.OWN,
                        null,
                        Outcome.PROXY,
                        errno.name(),
                        Termination.local(errno, phase),
                        CloseAct.PROXY_RESET,
                        RelayFault.LOCAL_ERROR);
        };
    }

    /** No upstream could be reached. */
    static SessionEnd notConnected(ConnectResult result) {
        return new SessionEnd(
                Kind.OWN,
                null,
                Outcome.CONNECT_FAILED,
                result.label(),
                Termination.notConnected(result),
                CloseAct.PROXY_RESET,
                ProxyReason.CONNECT_FAILED);
    }

    /**
     * finspect ended it by itself, for any reason but a failed connect.
     *
     * @param awaited the peer whose step was due
     */
    static SessionEnd proxy(ProxyReason reason, Leg awaited, char phase) {
        return switch (reason) {
            case IDLE_TIMEOUT, HALF_CLOSE_TIMEOUT ->
                own(reason, Outcome.TIMED_OUT, Termination.timedOut(awaited, phase), CloseAct.PROXY_TIMEOUT);
            case FIRST_BYTE_TIMEOUT ->
                own(reason, Outcome.TIMED_OUT, Termination.timedOut(Leg.UPSTREAM, phase), CloseAct.PROXY_TIMEOUT);
            case CLIENT_REFUSED,
                    PROXY_HEADER_INVALID,
                    PROXY_HEADER_MISSING,
                    PROXY_HEADER_TIMEOUT,
                    DESTINATION_REFUSED,
                    DESTINATION_UNKNOWN,
                    INTERCEPTION_LOOP,
                    SESSION_LIMIT,
                    CLIENT_LIMIT,
                    UNSPOKEN_LIMIT -> own(reason, Outcome.REFUSED_BY_POLICY, Termination.REFUSED, CloseAct.PROXY_RESET);
            case SHUTDOWN -> own(reason, Outcome.PROXY, Termination.killed(phase), CloseAct.PROXY_RESET);
            case CLOSE_POLICY_FULL_CLOSE, CLOSE_POLICY_LINGER, OPERATOR_CLOSE ->
                own(reason, Outcome.PROXY, Termination.killed(phase), CloseAct.PROXY_CLOSE);
            case CLOSE_POLICY_RESET, OPERATOR_RESET ->
                own(reason, Outcome.PROXY, Termination.killed(phase), CloseAct.PROXY_RESET);
            case INTERNAL_ERROR, CONNECT_FAILED ->
                own(reason, Outcome.PROXY, Termination.internal(phase), CloseAct.PROXY_RESET);
        };
    }

    private static SessionEnd own(ProxyReason reason, Outcome outcome, String termination, CloseAct act) {
        return new SessionEnd(Kind.OWN, null, outcome, reason.label(), termination, act, reason);
    }
}
