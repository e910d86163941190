package dev.finspect.diagnose.catalogue;

import dev.finspect.diagnose.FindingId;
import dev.finspect.diagnose.Situation;
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

    /** Where a snapshot shows it on one leg. */
    protected abstract Optional<Situation> situation(Snapshot snapshot, Leg leg);

    @Override
    protected final List<Situation> situations(Snapshot snapshot) {
        Optional<Situation> client = situation(snapshot, Leg.CLIENT);
        Optional<Situation> upstream = situation(snapshot, Leg.UPSTREAM);
        if (client.isEmpty() && upstream.isEmpty()) {
            return List.of();
        }
        List<Situation> found = new ArrayList<>(2);
        client.ifPresent(found::add);
        upstream.ifPresent(found::add);
        return found;
    }
}
