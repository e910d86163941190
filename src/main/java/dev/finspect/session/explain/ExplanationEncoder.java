package dev.finspect.session.explain;

import dev.finspect.session.PeerProbe;
import java.util.List;

/** Turns explanations into JSON, for the API and for a command's output alike. Any thread. */
public interface ExplanationEncoder {
    /** One session: an object in UTF-8 with a line end. */
    byte[] one(Explanation explanation);

    /** What came of probing a session's peers: an object likewise. */
    byte[] probed(String id, List<PeerProbe> probes);
}
