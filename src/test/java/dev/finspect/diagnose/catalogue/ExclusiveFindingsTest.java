package dev.finspect.diagnose.catalogue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.finspect.diagnose.Finding;
import dev.finspect.diagnose.FindingId;
import dev.finspect.diagnose.Snapshot;
import dev.finspect.diagnose.finding.BothNotReading;
import dev.finspect.diagnose.finding.ClientSilent;
import dev.finspect.diagnose.finding.EmptyReply;
import dev.finspect.diagnose.finding.FinLost;
import dev.finspect.diagnose.finding.HalfCloseRefused;
import dev.finspect.diagnose.finding.HandshakeUnfinished;
import dev.finspect.diagnose.finding.NetworkLoss;
import dev.finspect.diagnose.finding.NobodySpeaks;
import dev.finspect.diagnose.finding.NotClosing;
import dev.finspect.diagnose.finding.NotReading;
import dev.finspect.diagnose.finding.PathMtu;
import dev.finspect.diagnose.finding.PeerVanished;
import dev.finspect.diagnose.finding.ProxyLimited;
import dev.finspect.diagnose.finding.ResetAfterIdle;
import dev.finspect.diagnose.finding.ResetWithUnread;
import dev.finspect.diagnose.finding.ReusedWhileClosing;
import dev.finspect.diagnose.finding.StreamGap;
import dev.finspect.diagnose.finding.UpstreamNotAccepting;
import dev.finspect.diagnose.finding.UpstreamSilent;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Pairs of findings that exclude each other by their own conditions, so that the table of overlaps needs no row for them. Each
 * pair says why; random snapshots look for one that has both.
 */
final class ExclusiveFindingsTest {
    private static final int SHEETS = 40_000;

    private record Pair(FindingId one, FindingId other, Overlap.Scope scope, String because) {
        private boolean holds(Finding first, Finding second) {
            return first.id().equals(one)
                    && second.id().equals(other)
                    && (scope == Overlap.Scope.ANY_LEG || first.leg() == second.leg());
        }
    }

    private static final String GONE = "a peer that is not heard at all is only reported as vanished";
    private static final String WINDOW = "one needs a closed window, the other an open one";
    private static final String HALF_CLOSED = "one needs a FIN of finspect on the leg, the other a leg without any FIN";
    private static final String BUDGET = "while finspect reads from nobody, nobody's silence counts";
    private static final String LOST = "a peer owes an answer only to what it has acknowledged";
    private static final String GAP = "a peer of which bytes are missing is not silent";
    private static final String REFUSED = "an empty reply ends by FIN on the upstream leg, without an RST";

    private static final List<Pair> PAIRS = List.of(
            same(PeerVanished.ID, NetworkLoss.ID, GONE),
            same(PeerVanished.ID, FinLost.ID, GONE),
            same(PeerVanished.ID, NotReading.UPSTREAM, GONE),
            same(PeerVanished.ID, NotReading.CLIENT, GONE),
            any(PeerVanished.ID, BothNotReading.ID, GONE),
            same(FinLost.ID, NetworkLoss.ID, "a FIN that alone is unacknowledged is no other loss"),
            same(NotReading.UPSTREAM, FinLost.ID, WINDOW),
            same(NotReading.CLIENT, FinLost.ID, WINDOW),
            any(BothNotReading.ID, FinLost.ID, WINDOW),
            same(NotReading.UPSTREAM, NetworkLoss.ID, WINDOW),
            same(NotReading.CLIENT, NetworkLoss.ID, WINDOW),
            same(NotClosing.UPSTREAM, UpstreamSilent.ID, HALF_CLOSED),
            same(NotClosing.CLIENT, ClientSilent.ID, HALF_CLOSED),
            any(NotClosing.UPSTREAM, NobodySpeaks.ID, HALF_CLOSED),
            any(NotClosing.CLIENT, NobodySpeaks.ID, HALF_CLOSED),
            any(ProxyLimited.ID, UpstreamSilent.ID, BUDGET),
            any(ProxyLimited.ID, ClientSilent.ID, BUDGET),
            any(ProxyLimited.ID, NobodySpeaks.ID, BUDGET),
            any(ProxyLimited.ID, NotClosing.UPSTREAM, BUDGET),
            any(ProxyLimited.ID, NotClosing.CLIENT, BUDGET),
            same(NetworkLoss.ID, UpstreamSilent.ID, LOST),
            same(NetworkLoss.ID, ClientSilent.ID, LOST),
            same(StreamGap.ID, UpstreamSilent.ID, GAP),
            same(PathMtu.ID, UpstreamSilent.ID, GAP),
            same(PathMtu.ID, ClientSilent.ID, GAP),
            same(StreamGap.ID, ClientSilent.ID, GAP),
            same(HalfCloseRefused.ID, ResetWithUnread.ID, "one needs a FIN of finspect on the leg, the other none"),
            same(
                    ResetAfterIdle.ID,
                    ReusedWhileClosing.ID,
                    "one needs a FIN of the peer, the other a leg without any FIN"),
            any(HandshakeUnfinished.ID, NetworkLoss.ID, "loss counts once both legs are established"),
            any(UpstreamNotAccepting.ID, ClientSilent.ID, "a client is silent only after bytes of the upstream"),
            any(ResetWithUnread.ID, EmptyReply.ID, REFUSED + "; a client that resets first was leaving"),
            any(ResetAfterIdle.ID, EmptyReply.ID, REFUSED + "; a client that resets first was leaving"),
            any(HalfCloseRefused.ID, EmptyReply.ID, "after a half-close the client was leaving"));

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {10, 11, 12})
    void noSnapshotHasBoth(long seed) {
        RandomSheets sheets = new RandomSheets(seed);
        Set<FindingId> seen = new HashSet<>();
        for (int i = 0; i < SHEETS; i++) {
            Snapshot snapshot = sheets.next();
            List<Finding> found = new ArrayList<>();
            Catalogue.standard().kinds().forEach(kind -> found.addAll(kind.examine(snapshot)));
            for (Finding first : found) {
                seen.add(first.id());
                for (Finding second : found) {
                    for (Pair pair : PAIRS) {
                        if (pair.holds(first, second)) {
                            fail("%s and %s, although %s", first, second, pair.because);
                        }
                    }
                }
            }
        }
        assertThat(seen)
                .as("findings of these snapshots")
                .isEqualTo(Catalogue.standard().ids());
    }

    @Test
    void theTableHasNoRowForThem() {
        for (Pair pair : PAIRS) {
            assertThat(Catalogue.standard().overlaps())
                    .as(pair.because)
                    .noneMatch(
                            row -> row.winner().equals(pair.one) && row.loser().equals(pair.other));
        }
    }

    private static Pair same(FindingId one, FindingId other, String because) {
        return new Pair(one, other, Overlap.Scope.SAME_LEG, because);
    }

    private static Pair any(FindingId one, FindingId other, String because) {
        return new Pair(one, other, Overlap.Scope.ANY_LEG, because);
    }
}
