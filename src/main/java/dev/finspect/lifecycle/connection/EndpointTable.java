package dev.finspect.lifecycle.connection;

import static dev.finspect.lifecycle.connection.EndpointSignal.GOT_ACK_OF_FIN;
import static dev.finspect.lifecycle.connection.EndpointSignal.GOT_ACK_OF_SYN;
import static dev.finspect.lifecycle.connection.EndpointSignal.GOT_FIN;
import static dev.finspect.lifecycle.connection.EndpointSignal.GOT_RST;
import static dev.finspect.lifecycle.connection.EndpointSignal.GOT_SYN;
import static dev.finspect.lifecycle.connection.EndpointSignal.GOT_SYN_ACK;
import static dev.finspect.lifecycle.connection.EndpointSignal.SENT_ACK;
import static dev.finspect.lifecycle.connection.EndpointSignal.SENT_DATA;
import static dev.finspect.lifecycle.connection.EndpointSignal.SENT_FIN;
import static dev.finspect.lifecycle.connection.EndpointSignal.SENT_RST;
import static dev.finspect.lifecycle.connection.EndpointSignal.SENT_SYN;
import static dev.finspect.lifecycle.connection.EndpointSignal.SENT_SYN_ACK;
import static dev.finspect.lifecycle.connection.EndpointState.CLOSED;
import static dev.finspect.lifecycle.connection.EndpointState.CLOSE_WAIT;
import static dev.finspect.lifecycle.connection.EndpointState.CLOSING;
import static dev.finspect.lifecycle.connection.EndpointState.ESTABLISHED;
import static dev.finspect.lifecycle.connection.EndpointState.FIN_WAIT_1;
import static dev.finspect.lifecycle.connection.EndpointState.FIN_WAIT_2;
import static dev.finspect.lifecycle.connection.EndpointState.LAST_ACK;
import static dev.finspect.lifecycle.connection.EndpointState.SYN_RECEIVED;
import static dev.finspect.lifecycle.connection.EndpointState.SYN_SENT;
import static dev.finspect.lifecycle.connection.EndpointState.TIME_WAIT;
import static dev.finspect.lifecycle.connection.EndpointState.UNSEEN;

import dev.finspect.lifecycle.connection.EndpointStep.Moved;
import dev.finspect.lifecycle.connection.EndpointStep.Refused;
import java.util.EnumMap;
import java.util.Map;

/**
 * The state machine of RFC 9293 section 3.3.2 as an observer can follow it: for every state of an endpoint and every signal,
 * the state that it enters.
 *
 * <pre>
 * UNSEEN --sent SYN--> SYN_SENT --got SYN-ACK--> ESTABLISHED --sent FIN--> FIN_WAIT_1 --got ACK of FIN--> FIN_WAIT_2
 *    |                     | got SYN                ^   | got FIN               | got FIN                     | got FIN
 *    |                     v                        |   v                       v                             v
 *    +--sent SYN-ACK--> SYN_RECEIVED --got ACK------+ CLOSE_WAIT             CLOSING ----got ACK of FIN--> TIME_WAIT
 *                                                       | sent FIN
 *                                                       v
 *                                                    LAST_ACK --got ACK of FIN--> CLOSED     any state --RST--> CLOSED
 * </pre>
 *
 * <p>A total table, filled once; a lookup allocates nothing. Thread-safe. Three things differ from the RFC:
 *
 * <ul>
 *   <li>A listening endpoint is UNSEEN until its SYN-ACK, because a SYN does not prove that there is a listener.
 *   <li>What an endpoint sends proves what it received, so that missed segments of a handshake do not matter: bytes or a
 *       plain ACK show that the endpoint is ESTABLISHED, a FIN that it was.
 *   <li>TIME-WAIT does not end, because no segment shows its end.
 * </ul>
 */
final class EndpointTable {
    private static final Refused REFUSED = new Refused();
    private static final Map<EndpointState, Map<EndpointSignal, Moved>> TABLE = new EnumMap<>(EndpointState.class);

    private EndpointTable() {}

    static {
        for (EndpointState state : EndpointState.values()) {
            TABLE.put(state, new EnumMap<>(EndpointSignal.class));
        }
        opening();
        closing();
        for (EndpointState state : EndpointState.values()) {
            if (state != CLOSED) {
                on(state, SENT_RST, CLOSED);
            }
            if (state != CLOSED && state != UNSEEN) {
                on(state, GOT_RST, CLOSED);
            }
        }
    }

    /** The result of this signal in this state. */
    static EndpointStep step(EndpointState state, EndpointSignal signal) {
        Map<EndpointSignal, Moved> row = TABLE.get(state);
        Moved moved = row == null ? null : row.get(signal);
        return moved == null ? REFUSED : moved;
    }

    private static void opening() {
        on(UNSEEN, SENT_SYN, SYN_SENT);
        on(UNSEEN, SENT_SYN_ACK, SYN_RECEIVED);
        on(UNSEEN, SENT_ACK, ESTABLISHED);
        on(UNSEEN, SENT_DATA, ESTABLISHED);
        on(UNSEEN, SENT_FIN, FIN_WAIT_1);

        on(SYN_SENT, GOT_SYN, SYN_RECEIVED);
        on(SYN_SENT, SENT_SYN_ACK, SYN_RECEIVED);
        on(SYN_SENT, GOT_SYN_ACK, ESTABLISHED);
        on(SYN_SENT, SENT_ACK, ESTABLISHED);
        on(SYN_SENT, SENT_DATA, ESTABLISHED);
        on(SYN_SENT, SENT_FIN, FIN_WAIT_1);

        on(SYN_RECEIVED, GOT_ACK_OF_SYN, ESTABLISHED);
        on(SYN_RECEIVED, GOT_SYN_ACK, ESTABLISHED);
        on(SYN_RECEIVED, SENT_DATA, ESTABLISHED);
        on(SYN_RECEIVED, SENT_FIN, FIN_WAIT_1);
        on(SYN_RECEIVED, GOT_FIN, CLOSE_WAIT);
    }

    private static void closing() {
        on(ESTABLISHED, SENT_FIN, FIN_WAIT_1);
        on(ESTABLISHED, GOT_FIN, CLOSE_WAIT);
        on(FIN_WAIT_1, GOT_ACK_OF_FIN, FIN_WAIT_2);
        on(FIN_WAIT_1, GOT_FIN, CLOSING);
        on(FIN_WAIT_2, GOT_FIN, TIME_WAIT);
        on(CLOSING, GOT_ACK_OF_FIN, TIME_WAIT);
        on(CLOSE_WAIT, SENT_FIN, LAST_ACK);
        on(LAST_ACK, GOT_ACK_OF_FIN, CLOSED);
    }

    private static void on(EndpointState state, EndpointSignal signal, EndpointState next) {
        Map<EndpointSignal, Moved> row = TABLE.get(state);
        if (row != null) {
            row.put(signal, new Moved(next));
        }
    }
}
