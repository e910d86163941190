package dev.finspect.kernel.sockets;

import static dev.finspect.fixture.TrackingFixture.ANSWERED;
import static dev.finspect.fixture.TrackingFixture.ELSEWHERE;
import static dev.finspect.fixture.TrackingFixture.SENT;
import static dev.finspect.fixture.TrackingFixture.established;
import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.record.Tracking;
import dev.finspect.tcp.FourTuple;
import dev.finspect.tcp.IpAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is asked of connection tracking before its entries are, and which entries count as of the same service. */
final class ConntrackLookupTest {
    private static final IpAddress OTHER = IpAddress.v4(0x0a000063);

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
        FourTuple sameUpstream = new FourTuple(OTHER, 9, SENT.destination(), SENT.destinationPort());
        FourTuple sameListener = new FourTuple(OTHER, 9, SENT.source(), SENT.sourcePort());
        assertThat(ConntrackLookup.hasServiceOf(sameUpstream, established(ANSWERED)))
                .isTrue();
        assertThat(ConntrackLookup.hasServiceOf(
                        new FourTuple(ELSEWHERE.source(), 5432, OTHER, 9), established(ELSEWHERE)))
                .as("the listener that it was redirected to")
                .isTrue();
        assertThat(ConntrackLookup.hasServiceOf(
                        new FourTuple(SENT.destination(), SENT.destinationPort(), OTHER, 9), established(ELSEWHERE)))
                .as("the listener that was meant")
                .isTrue();
        assertThat(ConntrackLookup.hasServiceOf(sameListener, established(ANSWERED)))
                .as("an address that only the other end has")
                .isFalse();
        assertThat(ConntrackLookup.hasServiceOf(new FourTuple(OTHER, 9, OTHER, 5432), established(ANSWERED)))
                .as("the port alone")
                .isFalse();
    }

    private void write(String name, String value) throws IOException {
        Files.writeString(folder.resolve("nf_conntrack_" + name), value + "\n");
    }
}
