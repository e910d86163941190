package dev.finspect.wire.capture;

import dev.finspect.wire.packet.LinkType;
import org.jspecify.annotations.Nullable;

/**
 * An interface as a capture file describes it; a pcap file has one, without a name.
 *
 * @param snapBytes how much of a frame was captured at most, 0 to 2^31 - 1; 0 where there was no limit
 * @param filter what selected the frames, as text
 */
public record CaptureInterface(
        LinkType linkType,
        int snapBytes,
        @Nullable String name,
        @Nullable String description,
        @Nullable String filter) {

    /** One of which no more is known. */
    public static CaptureInterface of(LinkType linkType, int snapBytes) {
        return new CaptureInterface(linkType, snapBytes, null, null, null);
    }
}
