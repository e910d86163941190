package dev.finspect.session.live;

import dev.finspect.tcp.ConnectResult;
import dev.finspect.tcp.Errno;
import dev.finspect.tcp.Leg;

/**
 * HAProxy's session state at disconnection in two characters (HAProxy 2.6 configuration manual, section 8.5), as far as it
 * applies to TCP.
 *
 * <p>First, what ended it:
 *
 * <ul>
 *   <li>{@code C}, {@code S}: the client or the server reset it; {@code S} also where the server could not be reached.
 *   <li>{@code c}, {@code s}: the client's or the server's step was due and a time-out struck, TCP's own (ETIMEDOUT) or one
 *       of finspect's. Whose step is due: after a first FIN, that of the peer who has not sent one; otherwise that of the
 *       peer who did not speak last; while neither has spoken, the client's.
 *   <li>{@code P}: refused by finspect's rules; {@code R}: no descriptor or no port was left; {@code I}: an error inside;
 *       {@code K}: killed by finspect's shutdown, or by another program of this host.
 *   <li>{@code -}: both peers closed.
 * </ul>
 *
 * <p>Second, when: {@code R} before an upstream was looked for, {@code C} while connecting to it, {@code D} with both legs
 * open, {@code L} after the server's FIN, while the rest went to the client, {@code -} at the proper end.
 *
 * <p>Differs from HAProxy because a client's half-close is no abort here, and because {@code L} begins with the server's
 * FIN and not with the end of its connection.
 */
final class Termination {
    /** Both peers closed, nothing is left. */
    static final String CLEAN = "--";
    /** Refused before an upstream was looked for. */
    static final String REFUSED = "PR";

    static final char CONNECTING = 'C';
    static final char DATA = 'D';
    static final char LAST_DATA = 'L';

    private Termination() {}

    static String reset(Leg leg, char phase) {
        return of(leg == Leg.CLIENT ? 'C' : 'S', phase);
    }

    static String timedOut(Leg awaited, char phase) {
        return of(awaited == Leg.CLIENT ? 'c' : 's', phase);
    }

    static String killed(char phase) {
        return of('K', phase);
    }

    static String internal(char phase) {
        return of('I', phase);
    }

    /** An error that came from this host. */
    static String local(Errno errno, char phase) {
        return errno.equals(Errno.ECONNABORTED) ? killed(phase) : internal(phase);
    }

    /** As HAProxy classifies a failed connect(): EACCES and unknown errors count as the server's. */
    static String notConnected(ConnectResult result) {
        return switch (result) {
            case REFUSED, HOST_UNREACHABLE, NETWORK_UNREACHABLE, RESET, UNRESOLVABLE, DENIED, CONNECTED, FAILED -> "SC";
            case TIMED_OUT -> "sC";
            case NO_DESCRIPTOR, NO_PORT -> "RC";
            case LOOP -> "PC";
            case ABANDONED -> "KC";
        };
    }

    private static String of(char cause, char phase) {
        return new String(new char[] {cause, phase});
    }
}
