package dev.finspect.diagnose.finding;

import static dev.finspect.diagnose.finding.PlayedSession.at;
import static dev.finspect.diagnose.finding.PlayedSession.seen;
import static dev.finspect.diagnose.finding.RuleCase.NONE;
import static dev.finspect.diagnose.finding.RuleCase.row;
import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.diagnose.Alternative;
import dev.finspect.diagnose.Finding;
import dev.finspect.diagnose.FindingId;
import dev.finspect.diagnose.Parties;
import dev.finspect.diagnose.Snapshot;
import dev.finspect.diagnose.catalogue.Diagnosis;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.Observation;
import dev.finspect.tcp.Source;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Only large segments are lost. */
final class PathMtuTest {
    private static final Examiner SENT = Examiner.of(new PathMtu(), Leg.UPSTREAM);
    private static final Examiner TO_CLIENT = Examiner.of(new PathMtu(), Leg.CLIENT);

    @ParameterizedTest(name = "{0}")
    @MethodSource({"sent", "reported", "received"})
    void finds(RuleCase row) {
        row.check();
    }

    /** The second request has two full segments and a small one, which alone arrives. */
    private static PlayedSession lost() {
        return new PlayedSession().asks(1, 300).answers(1.1, 90).asks(5, 3_000).but(p -> {
            p.upstream.peer = new InetSocketAddress(address(), 5432);
            p.upstream.bytesAcknowledged = Fact.kernel(300L);
            p.upstream.unackedSince = at(5);
            p.upstream.unackedSegments = Fact.kernel(3L);
            p.upstream.lastHeardAt = seen(5.01);
            p.upstream.backoffs = Fact.kernel(5L);
            p.upstream.fullSize = Fact.wire(1_448L);
            p.upstream.acknowledgedSize = Fact.wire(300L);
            p.upstream.sentAgainSize = Fact.wire(1_448L);
            p.upstream.sackedSize = Fact.wire(104L);
            p.upstream.pathMtuBytes = Fact.kernel(1_500L);
        });
    }

    static Stream<RuleCase> sent() {
        return Stream.of(
                row("a small one passes behind two full ones", SENT, lost().live(10), "network_to_upstream likely"),
                row("not yet", SENT, lost().live(7), NONE),
                row(
                        "heard later",
                        SENT,
                        lost().but(p -> p.upstream.lastHeardAt = seen(8)).live(10),
                        "network_to_upstream proved"),
                row(
                        "heard later, but large ones passed before",
                        SENT,
                        lost().but(p -> p.upstream.lastHeardAt = seen(8))
                                .but(p -> p.upstream.acknowledgedSize = Fact.wire(1_448L))
                                .live(10),
                        "network_to_upstream likely"),
                row(
                        "heard later, and what passed before is not known",
                        SENT,
                        lost().but(p -> p.upstream.lastHeardAt = seen(8))
                                .but(p -> p.upstream.acknowledgedSize = Observation.notObserved())
                                .live(10),
                        "network_to_upstream likely"),
                row(
                        "sent again once",
                        SENT,
                        lost().but(p -> p.upstream.backoffs = Fact.kernel(1L)).live(10),
                        NONE),
                row(
                        "nothing passes: a peer that died in the middle",
                        SENT,
                        lost().but(p -> p.upstream.sackedSize = Observation.none(Source.WIRE))
                                .live(10),
                        NONE),
                row(
                        "full ones pass behind it: ordinary loss",
                        SENT,
                        lost().but(p -> p.upstream.sackedSize = Fact.wire(14_480L))
                                .live(10),
                        NONE),
                row(
                        "one of the same size passes",
                        SENT,
                        lost().but(p -> p.upstream.sackedSize = Fact.wire(1_448L))
                                .live(10),
                        NONE),
                row(
                        "smaller ones are acknowledged: the kernel has found the size",
                        SENT,
                        lost().but(p -> p.upstream.unackedSince = Observation.none(Source.KERNEL))
                                .live(10),
                        NONE),
                row(
                        "its size is not known",
                        SENT,
                        lost().but(p -> p.upstream.sentAgainSize = Observation.notObserved())
                                .live(10),
                        NONE),
                row(
                        "the window is closed",
                        SENT,
                        lost().but(p -> p.upstream.zeroWindowSince = at(5)).live(10),
                        NONE),
                row(
                        "the window may be full",
                        SENT,
                        lost().but(p -> p.upstream.fullSince = Observation.notObserved())
                                .live(10),
                        "upstream_side possible"),
                row("the session is over", SENT, lost().over(10), NONE),
                row(
                        "of the client",
                        TO_CLIENT,
                        lost().but(p -> {
                                    p.client.unackedSince = at(5);
                                    p.client.backoffs = Fact.kernel(3L);
                                    p.client.sentAgainSize = Fact.kernel(1_448L);
                                    p.client.sackedSize = Fact.inferred(104L);
                                })
                                .live(10),
                        "network_to_client likely"));
    }

    private static PlayedSession reportedAs(long mtu) {
        return lost().but(p -> {
            p.upstream.sackedSize = Observation.notObserved();
            p.upstream.icmpMtuBytes = Fact.wire(mtu);
        });
    }

    static Stream<RuleCase> reported() {
        return Stream.of(
                row("an error says so", SENT, reportedAs(1_400).live(10), "network_to_upstream proved"),
                row("an error that is heeded", SENT, reportedAs(1_488).live(10), NONE));
    }

    private static PlayedSession missing() {
        return new PlayedSession().asks(1, 300).answers(1.1, 90).asks(5, 300).but(p -> {
            p.upstream.peer = new InetSocketAddress(address(), 5432);
            p.upstream.holeSince = seen(6);
            p.upstream.lastHeardAt = seen(6);
            p.upstream.fullSize = Fact.wire(1_448L);
            p.upstream.receivedSize = Fact.wire(104L);
            p.upstream.behindGapSize = Fact.wire(104L);
            p.upstream.gapBytes = Fact.wire(2_896L);
        });
    }

    static Stream<RuleCase> received() {
        return Stream.of(
                row("full ones are missing", SENT, missing().live(10), "network_to_upstream likely"),
                row("not yet", SENT, missing().live(8), NONE),
                row(
                        "and smaller ones go on coming",
                        SENT,
                        missing().but(p -> p.upstream.lastHeardAt = seen(9)).live(10),
                        "network_to_upstream proved"),
                row(
                        "full ones have come before",
                        SENT,
                        missing()
                                .but(p -> p.upstream.receivedSize = Fact.wire(1_448L))
                                .live(10),
                        NONE),
                row(
                        "full ones come behind the gap",
                        SENT,
                        missing()
                                .but(p -> p.upstream.behindGapSize = Fact.wire(1_448L))
                                .live(10),
                        NONE),
                row(
                        "less than a full one is missing",
                        SENT,
                        missing()
                                .but(p -> p.upstream.gapBytes = Fact.wire(1_447L))
                                .live(10),
                        NONE),
                row(
                        "nobody knows what is full",
                        SENT,
                        missing()
                                .but(p -> p.upstream.fullSize = Observation.notObserved())
                                .live(10),
                        NONE),
                row(
                        "nobody knows what came behind",
                        SENT,
                        missing()
                                .but(p -> p.upstream.behindGapSize = Observation.notObserved())
                                .live(10),
                        NONE),
                row(
                        "nobody knows what came",
                        SENT,
                        missing()
                                .but(p -> p.upstream.receivedSize = Observation.notObserved())
                                .live(10),
                        NONE));
    }

    @Test
    void itTakesThePlaceOfTheOthersAndTheyStayWhereSizesAreNotKnown() {
        PlayedSession play = lost();
        assertThat(ids(play.live(10))).containsExactly(PathMtu.ID);
        assertThat(explained(play.live(10))).containsExactly(NetworkLoss.ID);
        assertThat(explained(play.live(60))).containsExactly(PeerVanished.ID);
        assertThat(explained(missing().live(10))).containsExactly(StreamGap.ID);
        PlayedSession blind = play.but(p -> p.upstream.sackedSize = Observation.notObserved());
        assertThat(ids(blind.live(10))).containsExactly(NetworkLoss.ID);
        assertThat(ids(blind.live(60))).containsExactly(PeerVanished.ID);
    }

    @Test
    void ofBothDirectionsTheSurerIsReported() {
        PlayedSession both = lost().but(p -> {
            p.upstream.holeSince = seen(6);
            p.upstream.receivedSize = Fact.wire(104L);
            p.upstream.behindGapSize = Fact.wire(104L);
            p.upstream.gapBytes = Fact.wire(2_896L);
        });
        assertThat(sentence(both.live(17))).contains("are acknowledged");
        assertThat(sentence(both.but(p -> p.upstream.fullSince = Observation.notObserved())
                        .live(17)))
                .contains("arrive from");
    }

    @Test
    void readingsThatAreRuledOutHaveAMoment() {
        Finding found = only(lost().but(p -> p.upstream.lastHeardAt = seen(8)).live(10));
        for (Alternative each : found.alternatives()) {
            if (List.of("any-size", "host-gone").contains(each.id())) {
                assertThat(each.atEpochNanos()).as(each.id()).isEqualTo(seen(8).value());
            }
        }
        assertThat(found.alternatives())
                .extracting(Alternative::id)
                .containsExactly("any-size", "host-gone", "window-full", "not-captured");
        assertThat(only(missing().live(10)).alternatives())
                .extracting(Alternative::id)
                .containsExactly("any-size", "host-gone", "not-captured");
    }

    @Test
    void theSentenceHasBothSizes() {
        assertThat(sentence(lost().live(17)))
                .startsWith(
                        "Segments of up to 300 bytes to the upstream 10.0.0.5:5432 are acknowledged; those of 1,448 bytes"
                                + " have been sent 6 times in 12 s and never were.");
        assertThat(sentence(lost().but(p -> p.upstream.acknowledgedSize = Observation.notObserved())
                        .live(17)))
                .startsWith("Segments of up to 104 bytes to");
        assertThat(sentence(reportedAs(1_400)
                        .but(p -> p.upstream.acknowledgedSize = Observation.notObserved())
                        .live(17)))
                .isEqualTo(
                        "Segments of 1,448 bytes to the upstream 10.0.0.5:5432 have been sent 6 times in 12 s and were never"
                                + " acknowledged. An ICMP error says that a link on the way takes packets of up to 1,400 bytes only, and"
                                + " finspect's kernel has not heeded it.");
        assertThat(sentence(missing().live(18)))
                .startsWith(
                        "Segments of up to 104 bytes arrive from the upstream 10.0.0.5:5432; 2,896 bytes before the last of"
                                + " them are missing for 12 s, in segments of up to 1,448 bytes.");
    }

    @Test
    void theCommandsTryTheSizeThatIsLost() {
        Finding found = only(lost().live(17));
        assertThat(new PathMtu().commands(found, parties(), "01J"))
                .extracting(step -> step.command())
                .contains(
                        "ip route get 10.0.0.5",
                        "tracepath -n 10.0.0.5",
                        "ping -n -c 3 -M do -s 1472 10.0.0.5",
                        "echo 1 > /proc/sys/net/ipv4/tcp_mtu_probing");
        assertThat(new PathMtu().commands(only(missing().live(17)), parties(), "01J"))
                .extracting(step -> step.command())
                .contains("ping -n -c 3 -M do -s 1472 10.0.0.5");
    }

    private static List<FindingId> ids(Snapshot snapshot) {
        return Diagnosis.of(snapshot).stream().map(Finding::id).toList();
    }

    private static List<FindingId> explained(Snapshot snapshot) {
        return Diagnosis.of(snapshot).get(0).explained();
    }

    private static Finding only(Snapshot snapshot) {
        return SENT.examine(snapshot).orElseThrow().seenAt(snapshot.nowEpochNanos(), List.of());
    }

    private static String sentence(Snapshot snapshot) {
        return new PathMtu().sentence(only(snapshot), parties());
    }

    private static Parties parties() {
        return new Parties(
                "api", new InetSocketAddress(address(), 40_000), null, null, new InetSocketAddress(address(), 5432));
    }

    private static InetAddress address() {
        try {
            return InetAddress.getByAddress(new byte[] {10, 0, 0, 5});
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }
}
