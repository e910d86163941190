package dev.finspect.diagnose.catalogue;

import dev.finspect.diagnose.Finding;
import dev.finspect.diagnose.FindingId;
import dev.finspect.diagnose.Snapshot;
import dev.finspect.tcp.Leg;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A kind of finding that either leg can have. */
public abstract class LegFindingKind extends FindingKind {
    /** See {@link FindingKind#FindingKind}. */
    protected LegFindingKind(FindingId id, SessionStage stage, int position) {
        super(id, stage, position);
    }

    /** Examines one leg. */
    public abstract Optional<Finding> examine(Snapshot snapshot, Leg leg);

    @Override
    public final List<Finding> examine(Snapshot snapshot) {
        Optional<Finding> client = examine(snapshot, Leg.CLIENT);
        Optional<Finding> upstream = examine(snapshot, Leg.UPSTREAM);
        if (client.isEmpty() && upstream.isEmpty()) {
            return List.of();
        }
        List<Finding> found = new ArrayList<>(2);
        client.ifPresent(found::add);
        upstream.ifPresent(found::add);
        return found;
    }
}
