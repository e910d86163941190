package dev.finspect.session;

import dev.finspect.diagnose.Finding;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Stands for lines about living sessions that were not written because there were too many of one kind: which sessions, and
 * what the lines would have been about.
 *
 * @param event of those lines: {@link RecordEvent#HUNG}, {@link RecordEvent#RECOVERED} or {@link RecordEvent#PROGRESS}
 * @param route the sessions' route
 * @param finding of the first of these sessions; the others have the same kind of finding on the same leg
 * @param peer the peer of that leg: an upstream's address and port, a client's address; null for any other peer
 * @param fromEpochNanos time of the first line that was not written, wall clock
 * @param toEpochNanos time of the last one
 * @param ids of the sessions, in the order of the lines; a session is in it as often as it had a line
 */
public record OmittedLines(
        RecordEvent event,
        String route,
        Finding finding,
        @Nullable String peer,
        long fromEpochNanos,
        long toEpochNanos,
        List<String> ids) {
    /** The word for a line that stands for many of this event. */
    public static String label(RecordEvent event) {
        return event.label().replace("session.", "sessions.");
    }

    /** The same in parts of at most {@code most} sessions each. */
    public List<OmittedLines> parts(int most) {
        if (ids.size() <= most) {
            return List.of(this);
        }
        List<OmittedLines> parts = new ArrayList<>();
        for (int from = 0; from < ids.size(); from += most) {
            List<String> some = List.copyOf(ids.subList(from, Math.min(ids.size(), from + most)));
            parts.add(new OmittedLines(event, route, finding, peer, fromEpochNanos, toEpochNanos, some));
        }
        return parts;
    }
}
