package dev.finspect.metrics;

import dev.finspect.record.CloseAct;
import java.util.List;

/** The phase of a session in which a peer reset it. */
enum ResetPhase {
    /** No upstream was connected yet. */
    CONNECT("connect"),
    /** No FIN had been sent. */
    DATA("data"),
    /** One peer had sent its FIN. */
    HALF_CLOSED("half_closed"),
    /** Both peers had sent their FINs. */
    CLOSING("closing");

    private final String label;

    ResetPhase(String label) {
        this.label = label;
    }

    /** The value of the label {@code phase}. */
    String label() {
        return label;
    }

    /** The phase of the act at {@code index} of a close order. */
    static ResetPhase at(List<CloseAct> order, int index, boolean connected) {
        int fins = 0;
        for (int i = 0; i < index; i++) {
            if (order.get(i).how() == CloseAct.How.FIN) {
                fins++;
            }
        }
        if (fins >= 2) {
            return CLOSING;
        }
        if (fins == 1) {
            return HALF_CLOSED;
        }
        return connected ? DATA : CONNECT;
    }
}
