package dev.finspect.session.kept;

import dev.finspect.tcp.Leg;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The kept headers of one leg.
 *
 * @param segments in order, ICMP errors that quote one among them
 * @param omitted how many packets were seen and are not among them
 * @param dropped how many packets the capture lost while the leg lived, of any connection
 */
public record KeptCapture(Leg leg, List<KeptSegment> segments, long omitted, long dropped) {
    /** What a ring has of a leg; null where it has nothing. */
    public static @Nullable KeptCapture of(Leg leg, HeaderRing headers, long dropped) {
        List<KeptSegment> segments = headers.segments();
        return segments.isEmpty() ? null : new KeptCapture(leg, segments, headers.omitted(), dropped);
    }

    /** How many of the segments precede those that are not among them; all where none are missing. */
    public int first() {
        return omitted == 0 ? segments.size() : Math.min(HeaderRing.FIRST, segments.size());
    }
}
