package dev.finspect.diagnose.catalogue;

/** Which part of a session's life a kind of finding is about; the order of the catalogue. */
public enum SessionStage {
    OPENING,
    DATA,
    CLOSING,
    /** finspect itself. */
    FINSPECT,
    /** Nothing is wrong. */
    REST
}
