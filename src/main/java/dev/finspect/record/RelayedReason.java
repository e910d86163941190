package dev.finspect.record;

/** Why a session was not relayed as faithfully as it could be: what finspect did, what a peer did, or what got lost. */
public sealed interface RelayedReason permits CloseAct, ProxyReason, RelayFault {
    /** The word for records and labels. */
    String label();
}
