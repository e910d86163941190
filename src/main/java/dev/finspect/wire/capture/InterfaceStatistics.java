package dev.finspect.wire.capture;

/**
 * Counters of one interface from the start of the capture until {@code atNanos}; {@link #ABSENT} for those that the capture does not have.
 *
 * @param interfaceId number of the interface in the file, from 0, across all sections
 * @param received frames that arrived at the interface
 * @param droppedByInterface frames that the interface dropped
 * @param accepted frames that passed the filter
 * @param droppedBySystem frames that passed the filter and were dropped before they reached the capturing program
 */
public record InterfaceStatistics(
        int interfaceId, long atNanos, long received, long droppedByInterface, long accepted, long droppedBySystem) {
    /** Value of a counter that is not present. */
    public static final long ABSENT = -1;
}
