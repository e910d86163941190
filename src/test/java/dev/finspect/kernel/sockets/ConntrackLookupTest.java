package dev.finspect.kernel.sockets;

import static dev.finspect.fixture.TrackingFixture.ANSWERED;
import static dev.finspect.fixture.TrackingFixture.ELSEWHERE;
import static dev.finspect.fixture.TrackingFixture.SENT;
import static dev.finspect.fixture.TrackingFixture.established;
import static dev.finspect.fixture.TrackingFixture.table;
import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.record.Tracking;
import dev.finspect.tcp.FourTuple;
import dev.finspect.tcp.IpAddress;
import dev.finspect.wire.conntrack.ConntrackEntry;
import dev.finspect.wire.conntrack.ConntrackState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is asked of connection tracking before its entries are, and which entries count as of the same service. */
final class ConntrackLookupTest {
    private static final IpAddress OTHER = IpAddress.v4(0x0a000063);

    private static final int DYING_AND_CONFIRMED = 0x208;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @Test
    void withoutConnectionTrackingNothingIsAskedAndTheReasonIsSaid() {
        Tracking unseen = new ConntrackLookup(folder).find(SENT, 7);
        assertThat(unseen.unseen()).isEqualTo(ConntrackLookup.NOT_LOADED);
        assertThat(unseen.entry().isNotObserved()).isTrue();
        assertThat(unseen.atEpochNanos()).isEqualTo(7);
    }

    @Test
    void settingsAreNumbersInFilesAndWhatIsNoNumberIsNotObserved() throws IOException {
        write("count", "3");
        write("max", "262144");
        write("tcp_timeout_established", "600");
        write("tcp_timeout_unacknowledged", "300");
        write("tcp_timeout_max_retrans", "200");
        write("tcp_loose", "0");
        Tracking.Table table = ConntrackSettings.read(folder);
        assertThat(table.entries().or(-1L)).isEqualTo(3);
        assertThat(table.mostEntries().or(-1L)).isEqualTo(262_144);
        assertThat(table.establishedNanos().or(-1L)).isEqualTo(TimeUnit.SECONDS.toNanos(600));
        assertThat(table.unansweredNanos().or(-1L)).isEqualTo(TimeUnit.SECONDS.toNanos(200));
        assertThat(table.loose().or(true)).isFalse();

        write("max", "many");
        Files.delete(folder.resolve("nf_conntrack_tcp_timeout_max_retrans"));
        Tracking.Table less = ConntrackSettings.read(folder);
        assertThat(less.mostEntries().isNotObserved()).isTrue();
        assertThat(less.unansweredNanos().isNotObserved()).isTrue();
    }

    @Test
    void connectionsOfTheSameUpstreamOrListenerHaveTheSameService() {
        assertThat(listed(new FourTuple(OTHER, 9, SENT.destination(), SENT.destinationPort()), established(ANSWERED))
                        .others())
                .isEqualTo(1);
        assertThat(listed(new FourTuple(ELSEWHERE.source(), 5432, OTHER, 9), established(ELSEWHERE))
                        .others())
                .as("the listener that it was redirected to")
                .isEqualTo(1);
        assertThat(listed(new FourTuple(SENT.destination(), SENT.destinationPort(), OTHER, 9), established(ELSEWHERE))
                        .others())
                .as("the listener that was meant")
                .isEqualTo(1);
        assertThat(listed(new FourTuple(OTHER, 9, SENT.source(), SENT.sourcePort()), established(ANSWERED))
                        .others())
                .as("an address that only the other end has")
                .isZero();
        assertThat(listed(new FourTuple(OTHER, 9, OTHER, 5432), established(ANSWERED))
                        .others())
                .as("the port alone")
                .isZero();
    }

    @Test
    void ownEntryOfAnotherZoneIsTheEntryAndNoOther() {
        for (FourTuple own : List.of(SENT, SENT.reversed(), ELSEWHERE, ELSEWHERE.reversed())) {
            ConntrackListing list = listed(own, established(ELSEWHERE));
            assertThat(list.others()).as("%s", own).isZero();
            Tracking found = ConntrackLookup.listed(list, true, table(600, true), 7);
            assertThat(found.entry().orNull()).as("%s", own).isEqualTo(established(ELSEWHERE));
            assertThat(found.others().isNotObserved()).isTrue();
        }
    }

    @Test
    void ownEntryThatIsBeingDeletedIsNeitherTheEntryNorAnother() {
        ConntrackEntry dying =
                new ConntrackEntry(SENT, ANSWERED, ConntrackState.ESTABLISHED, DYING_AND_CONFIRMED, 599, 0);
        Tracking found = ConntrackLookup.listed(listed(SENT, dying), true, table(600, true), 7);
        assertThat(found.entry().isNone()).isTrue();
        assertThat(found.others().isNone()).isTrue();
    }

    @Test
    void emptyTableSaysNothingOfTheConnection() {
        ConntrackListing empty = new ConntrackListing(SENT, table(600, true));
        Tracking found = ConntrackLookup.listed(empty, true, table(600, true), 7);
        assertThat(found.entry().isNotObserved()).isTrue();
        assertThat(found.unseen()).endsWith("the table has no TCP connection");
        Tracking part = ConntrackLookup.listed(empty, false, table(600, true), 7);
        assertThat(part.entry().isNotObserved()).isTrue();
        assertThat(part.unseen()).endsWith("among the entries that were read");
    }

    @Test
    void othersCountOnlyWhereTheyHadAPacketAShortWhileAgo() {
        assertThat(left(ConntrackState.ESTABLISHED, 480)).isEqualTo(1);
        assertThat(left(ConntrackState.ESTABLISHED, 479)).isZero();
        assertThat(left(ConntrackState.ESTABLISHED, -1)).isEqualTo(1);
        assertThat(left(ConntrackState.CLOSE, 1)).isEqualTo(1);
    }

    private static int left(ConntrackState state, long seconds) {
        FourTuple to = new FourTuple(OTHER, 9, SENT.destination(), SENT.destinationPort());
        return listed(SENT, new ConntrackEntry(to, to.reversed(), state, 0, seconds, 0))
                .others();
    }

    private static ConntrackListing listed(FourTuple tuple, ConntrackEntry entry) {
        ConntrackListing list = new ConntrackListing(tuple, table(600, true));
        list.accept(entry);
        assertThat(list.hasTcp()).isTrue();
        return list;
    }

    private void write(String name, String value) throws IOException {
        Files.writeString(folder.resolve("nf_conntrack_" + name), value + "\n");
    }
}
