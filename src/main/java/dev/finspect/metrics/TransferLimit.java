package dev.finspect.metrics;

import dev.finspect.record.LegData;
import dev.finspect.tcp.Leg;
import java.util.Locale;

/** What limits a transfer. */
enum TransferLimit {
    CLIENT,
    UPSTREAM,
    NETWORK,
    FINSPECT,
    NOBODY;

    /** The value of the label. */
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** How long it limited what was sent to this peer, nanoseconds. */
    long nanos(Leg to, LegData.Transfer transfer) {
        return switch (this) {
            case CLIENT -> (to == Leg.CLIENT ? transfer.peer() : transfer.source()).or(0L);
            case UPSTREAM -> (to == Leg.UPSTREAM ? transfer.peer() : transfer.source()).or(0L);
            case NETWORK -> transfer.network().or(0L);
            case FINSPECT -> transfer.finspect().or(0L);
            case NOBODY -> Math.max(0, transfer.time().or(0L) - transfer.limitedNanos());
        };
    }
}
