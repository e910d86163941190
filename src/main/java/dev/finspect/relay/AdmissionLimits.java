package dev.finspect.relay;

import java.util.OptionalInt;

/**
 * Limits at which single clients are refused: they are reset, with a record, whatever is done at the session limit.
 *
 * @param perClient most living sessions of one client address; empty for no limit
 * @param unspoken most living sessions in which neither peer has sent a byte; empty for no limit
 */
public record AdmissionLimits(OptionalInt perClient, OptionalInt unspoken) {
    /** No limits. */
    public static final AdmissionLimits NONE = new AdmissionLimits(OptionalInt.empty(), OptionalInt.empty());
}
