package dev.finspect.lifecycle.zeek;

/** Zeek's {@code conn_state}: one word for how a connection went, derived from the last states of both endpoints. */
final class ZeekConnState {
    private ZeekConnState() {}

    /**
     * Returns the word.
     *
     * @param noBytes whether neither side sent any byte
     * @param synThenReset see {@link ZeekHistory#isSynThenReset()}
     */
    static String of(ZeekState originator, ZeekState responder, boolean noBytes, boolean synThenReset) {
        if (responder == ZeekState.RESET) {
            return responderReset(originator, noBytes);
        }
        if (originator == ZeekState.RESET) {
            return !responder.silent() ? "RSTO" : synThenReset ? "RSTOS0" : "OTH";
        }
        if (originator == ZeekState.CLOSED) {
            return responder == ZeekState.CLOSED ? "SF" : responder.silent() ? "SH" : "S2";
        }
        if (responder == ZeekState.CLOSED) {
            return originator.silent() ? "SHR" : "S3";
        }
        if (originator == ZeekState.SYN_SENT && responder == ZeekState.INACTIVE) {
            return "S0";
        }
        return originator == ZeekState.ESTABLISHED && responder == ZeekState.ESTABLISHED ? "S1" : "OTH";
    }

    private static String responderReset(ZeekState originator, boolean noBytes) {
        return switch (originator) {
            case SYN_SENT, SYN_ACK_SENT -> "REJ";
            case RESET -> noBytes ? "REJ" : "RSTR";
            case INACTIVE, PARTIAL -> "RSTRH";
            case ESTABLISHED, CLOSED -> "RSTR";
        };
    }
}
