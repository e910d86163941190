package dev.finspect.wire.capture;

/**
 * What a capture counted on an interface from its begin until {@code atNanos}; {@link #ABSENT} for what it did not.
 *
 * @param interfaceId place of the interface in the file, from 0, over all sections
 * @param received frames that arrived at the interface
 * @param droppedByInterface frames that the interface had no room for
 * @param accepted frames that passed the filter
 * @param droppedBySystem frames that passed the filter and found no room on their way to the capturing program
 */
public record InterfaceStatistics(
        int interfaceId, long atNanos, long received, long droppedByInterface, long accepted, long droppedBySystem) {
    /** Marks a number that was not there. */
    public static final long ABSENT = -1;
}
