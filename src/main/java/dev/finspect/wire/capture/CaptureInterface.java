package dev.finspect.wire.capture;

import dev.finspect.wire.packet.LinkType;
import org.jspecify.annotations.Nullable;

/**
 * An interface as a capture file describes it; a pcap file has one, without a name.
 *
 * @param snapBytes most bytes captured of a frame, 0 to 2^31 - 1; 0 if there was no limit
 * @param filter the capture filter as text
 */
public record CaptureInterface(
        LinkType linkType,
        int snapBytes,
        @Nullable String name,
        @Nullable String description,
        @Nullable String filter) {

    /** An interface of which nothing else is known. */
    public static CaptureInterface of(LinkType linkType, int snapBytes) {
        return new CaptureInterface(linkType, snapBytes, null, null, null);
    }
}
