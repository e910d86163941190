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
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is asked of connection tracking before its entries are, and which entries count as of the same service. */
final class ConntrackLookupTest {
    private static final IpAddress OTHER = IpAddress.v4(0x0a000063);

    private static final int DYING_AND_CONFIRMED = 0x208;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    private final List<ConntrackEntry> entries = new ArrayList<>();
    private boolean ofDefaultZone;
    private boolean whole = true;
    private @Nullable IOException refusal;
    private int opened;
    private int closed;
    private int lists;

    @SuppressWarnings("NullAway.Init")
    private ConntrackLookup lookup;

    @BeforeEach
    void open() {
        lookup = new ConntrackLookup(folder, () -> {
            opened++;
            return new Known();
        });
    }

    @Test
    void withoutConnectionTrackingNothingIsAskedAndTheReasonIsSaid() {
        Tracking unseen = look(0, SENT);
        assertThat(opened).isZero();
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
        assertThat(others(new FourTuple(OTHER, 9, SENT.destination(), SENT.destinationPort()), established(ANSWERED)))
                .isEqualTo(1);
        assertThat(others(new FourTuple(ELSEWHERE.source(), 5432, OTHER, 9), established(ELSEWHERE)))
                .as("the listener that it was redirected to")
                .isEqualTo(1);
        assertThat(others(new FourTuple(SENT.destination(), SENT.destinationPort(), OTHER, 9), established(ELSEWHERE)))
                .as("the listener that was meant")
                .isEqualTo(1);
        assertThat(others(new FourTuple(OTHER, 9, SENT.source(), SENT.sourcePort()), established(ANSWERED)))
                .as("an address that only the other end has")
                .isZero();
        assertThat(others(new FourTuple(OTHER, 9, OTHER, 5432), established(ANSWERED)))
                .as("the port alone")
                .isZero();
    }

    /** Few addresses and ports, so that every coincidence comes: translated or not, with itself, several entries of one. */
    @Test
    void othersAreThoseThatOneAfterTheOtherHaveTheService() {
        Random random = new Random(1);
        for (int round = 0; round < 300; round++) {
            List<ConntrackEntry> some = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                FourTuple original = any(random);
                FourTuple reply = random.nextBoolean() ? original.reversed() : any(random);
                long secondsLeft = random.nextBoolean() ? 599 : 1;
                some.add(new ConntrackEntry(original, reply, ConntrackState.ESTABLISHED, 10, secondsLeft, 0));
            }
            ConntrackListing list = new ConntrackListing(table(600, true));
            some.forEach(list);
            FourTuple asked = any(random);
            long expected = some.stream()
                    .filter(each -> each.secondsLeft() == 599 && !isOf(asked, each) && hasService(asked, each))
                    .count();
            assertThat(list.others(asked)).as("%s of %s", asked, some).isEqualTo((int) expected);
            assertThat(list.own(asked))
                    .isEqualTo(some.stream()
                            .filter(each -> isOf(asked, each))
                            .findFirst()
                            .orElse(null));
        }
    }

    private static FourTuple any(Random random) {
        return new FourTuple(
                IpAddress.v4(random.nextInt(2)), random.nextInt(2), IpAddress.v4(random.nextInt(2)), random.nextInt(2));
    }

    private static boolean isOf(FourTuple asked, ConntrackEntry entry) {
        List<FourTuple> own = List.of(asked, asked.reversed());
        return own.contains(entry.original()) || own.contains(entry.reply());
    }

    private static boolean hasService(FourTuple asked, ConntrackEntry entry) {
        InetSocketAddress to = entry.original().destinationSocket();
        return to.equals(asked.destinationSocket())
                || to.equals(asked.sourceSocket())
                || entry.reply().sourceSocket().equals(asked.sourceSocket());
    }

    @Test
    void ownEntryOfAnotherZoneIsTheEntryAndNoOther() throws IOException {
        writeAll();
        entries.add(established(ELSEWHERE));
        for (FourTuple own : List.of(SENT, SENT.reversed(), ELSEWHERE, ELSEWHERE.reversed())) {
            assertThat(others(own, established(ELSEWHERE))).as("%s", own).isZero();
            Tracking found = look(0, own);
            assertThat(found.entry().orNull()).as("%s", own).isEqualTo(established(ELSEWHERE));
            assertThat(found.others().isNotObserved()).isTrue();
        }
    }

    @Test
    void ownEntryThatIsBeingDeletedIsNeitherTheEntryNorAnother() throws IOException {
        writeAll();
        entries.add(new ConntrackEntry(SENT, ANSWERED, ConntrackState.ESTABLISHED, DYING_AND_CONFIRMED, 599, 0));
        ofDefaultZone = true;
        Tracking found = look(0, SENT);
        assertThat(found.entry().isNone()).isTrue();
        assertThat(found.others().isNone()).isTrue();
    }

    @Test
    void entryOfTheDefaultZoneIsFoundInEitherDirectionWithoutAList() throws IOException {
        writeAll();
        entries.add(established(ANSWERED));
        ofDefaultZone = true;
        assertThat(look(0, SENT).entry().orNull()).isEqualTo(established(ANSWERED));
        assertThat(look(0, SENT.reversed()).entry().orNull()).isEqualTo(established(ANSWERED));
        assertThat(lists).isZero();
        assertThat(opened).isEqualTo(1);
    }

    @Test
    void emptyTableSaysNothingOfTheConnection() throws IOException {
        writeAll();
        Tracking found = look(0, SENT);
        assertThat(found.entry().isNotObserved()).isTrue();
        assertThat(found.unseen()).endsWith("the table has no TCP connection");
    }

    @Test
    void partOfTheTableIsListedOnANewSocketTheNextTime() throws IOException {
        writeAll();
        whole = false;
        Tracking part = look(0, SENT);
        assertThat(part.entry().isNotObserved()).isTrue();
        assertThat(part.unseen()).endsWith("among the entries that were read");
        assertThat(closed)
                .as("more of the list would come in the place of the next answer")
                .isEqualTo(1);

        look(1, SENT);
        assertThat(lists).isEqualTo(1);
        assertThat(opened).isEqualTo(2);
        assertThat(closed).isEqualTo(1);
    }

    @Test
    void thousandStalledConnectionsOfOneSweepTakeOneSocketAndOneList() throws IOException {
        writeAll();
        for (int i = 0; i < 20_000; i++) {
            FourTuple to = new FourTuple(OTHER, 1_000 + i, SENT.destination(), 1 + i % 5);
            entries.add(new ConntrackEntry(to, to.reversed(), ConntrackState.ESTABLISHED, 10, 599, 0));
        }
        for (int i = 0; i < 1_000; i++) {
            FourTuple stalled = new FourTuple(SENT.source(), 10_000 + i, SENT.destination(), 1 + i % 5);
            Tracking found = look(i * SharedConntrack.FRESH_NANOS / 1_000, stalled);
            assertThat(found.entry().isNone()).isTrue();
            assertThat(found.others().or(0L)).isEqualTo(4_000);
        }
        assertThat(lists).isEqualTo(1);
        assertThat(opened).isEqualTo(1);
        assertThat(closed).isZero();

        look(SharedConntrack.FRESH_NANOS, SENT);
        assertThat(lists).as("one that is too old is not used").isEqualTo(2);
        look(SharedConntrack.FRESH_NANOS, new FourTuple(IpAddress.v6(0, 1), 1, IpAddress.v6(0, 2), 2));
        assertThat(lists).as("the other IP version has its own").isEqualTo(3);
        assertThat(opened).isEqualTo(1);
        lookup.close();
        assertThat(closed).isEqualTo(1);
        look(SharedConntrack.FRESH_NANOS, SENT);
        assertThat(opened).isEqualTo(2);
        assertThat(lists).isEqualTo(4);
    }

    @Test
    void restForgetsWhatIsTooOldAndNothingElse() throws IOException {
        writeAll();
        look(0, SENT);
        lookup.rest(1);
        look(2, SENT);
        assertThat(lists).isEqualTo(1);
        lookup.rest(SharedConntrack.FRESH_NANOS);
        look(3, SENT);
        assertThat(lists).as("the list is gone").isEqualTo(2);
    }

    @Test
    void refusalIsTheReasonForAllAndAskedForAgainAfterAWhile() throws IOException {
        writeAll();
        refusal = new IOException("CAP_NET_ADMIN is missing");
        for (int i = 0; i < 100; i++) {
            assertThat(look(i, SENT).unseen()).isEqualTo("CAP_NET_ADMIN is missing");
        }
        assertThat(opened).isEqualTo(1);
        assertThat(closed)
                .as("a late answer would be that of the next question")
                .isEqualTo(1);

        refusal = null;
        entries.add(established(ANSWERED));
        assertThat(look(SharedConntrack.FRESH_NANOS, SENT).entry().isKnown()).isTrue();
        assertThat(opened).isEqualTo(2);
    }

    @Test
    void countersAndSettingsAreReadAnewAfterAWhile() throws IOException {
        writeAll();
        assertThat(look(0, SENT).table().entries().or(0L)).isEqualTo(3);
        write("count", "4");
        assertThat(look(1, SENT).table().entries().or(0L)).isEqualTo(3);
        assertThat(look(SharedConntrack.FRESH_NANOS, SENT).table().entries().or(0L))
                .isEqualTo(4);
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
        return others(SENT, new ConntrackEntry(to, to.reversed(), state, 0, seconds, 0));
    }

    private static int others(FourTuple tuple, ConntrackEntry entry) {
        ConntrackListing list = new ConntrackListing(table(600, true));
        list.accept(entry);
        assertThat(list.hasTcp()).isTrue();
        return list.others(tuple);
    }

    private Tracking look(long nowNanos, FourTuple tuple) {
        return lookup.find(tuple, 7, nowNanos);
    }

    /** What the kernel has, as far as the test says. */
    private final class Known implements ConntrackEntries {
        @Override
        public Optional<ConntrackEntry> find(FourTuple tuple) throws IOException {
            if (refusal != null) {
                throw refusal;
            }
            return entries.stream()
                    .filter(entry -> ofDefaultZone && entry.original().equals(tuple))
                    .findFirst();
        }

        @Override
        public boolean list(boolean v6, int most, Consumer<ConntrackEntry> each) {
            lists++;
            entries.forEach(each);
            return whole;
        }

        @Override
        public void close() {
            closed++;
        }
    }

    private void writeAll() throws IOException {
        write("count", "3");
        write("tcp_timeout_established", "600");
    }

    private void write(String name, String value) throws IOException {
        Files.writeString(folder.resolve("nf_conntrack_" + name), value + "\n");
    }
}
