package dev.finspect.session.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.fixture.WirePlay;
import dev.finspect.lifecycle.connection.ConnectionFacts;
import dev.finspect.lifecycle.connection.Connections;
import dev.finspect.tcp.FourTuple;
import dev.finspect.tcp.IpAddress;
import dev.finspect.wire.TcpSegment;
import dev.finspect.wire.TcpSegment.Direction;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Two connections become one session only when each fits the other alone. */
final class LegJoinerTest {
    private static final int CLIENT = 1;
    private static final int PROXY = 2;
    private static final int SERVICE = 3;

    /** What came out: {@code alone 5000}, {@code ambiguous 5000}, {@code joined 5000 6000} by originators' ports. */
    private static List<String> outcome(WirePlay... plays) {
        List<String> told = new ArrayList<>();
        LegJoiner joiner = new LegJoiner(new LegJoiner.Outlet() {
            @Override
            public void alone(ConnectionFacts facts, boolean ambiguous) {
                told.add((ambiguous ? "ambiguous " : "alone ") + facts.tuple().sourcePort());
            }

            @Override
            public void joined(ConnectionFacts client, ConnectionFacts upstream) {
                told.add("joined " + client.tuple().sourcePort() + " "
                        + upstream.tuple().sourcePort());
            }
        });
        Connections connections = new Connections(WirePlay.settings(), joiner::finished);
        for (TcpSegment segment : WirePlay.merged(List.of(plays))) {
            connections.segment(segment);
            joiner.segment(segment);
        }
        connections.finish();
        joiner.finish();
        return told;
    }

    /** Request and answer through a proxy; each leg's time line is shifted by {@code at}. */
    private static WirePlay client(long at, int port) {
        return WirePlay.of(CLIENT, port, PROXY, 80)
                .opened(at)
                .data(at + 50, true, 100)
                .ack(at + 51, false)
                .data(at + 300, false, 5_000)
                .ack(at + 301, true)
                .closed(at + 400);
    }

    private static WirePlay upstream(long at, int port, int answer) {
        return WirePlay.of(PROXY, port, SERVICE, 8_080)
                .opened(at + 20)
                .data(at + 60, true, 100)
                .ack(at + 61, false)
                .data(at + 200, false, answer)
                .ack(at + 201, true)
                .fin(at + 405, true)
                .ack(at + 406, false)
                .fin(at + 407, false)
                .ack(at + 408, true);
    }

    @Test
    void bothLegsOfAProxyAreOneSession() {
        assertThat(outcome(client(0, 5_000), upstream(0, 6_000, 5_000))).containsExactly("joined 5000 6000");
    }

    @Test
    void sessionsOneAfterTheOtherAreJoinedEach() {
        assertThat(outcome(
                        client(0, 5_000),
                        upstream(0, 6_000, 5_000),
                        client(10_000, 5_001),
                        upstream(10_000, 6_001, 5_000)))
                .containsExactlyInAnyOrder("joined 5000 6000", "joined 5001 6001");
    }

    @Test
    void twoThatFitAreNotJoinedAndSaySo() {
        assertThat(outcome(client(0, 5_000), client(5, 5_001), upstream(3, 6_000, 5_000), upstream(4, 6_001, 5_000)))
                .containsExactlyInAnyOrder("ambiguous 5000", "ambiguous 5001", "ambiguous 6000", "ambiguous 6001");
    }

    @Test
    void otherByteCountsTellTwoSessionsApart() {
        WirePlay bigger = WirePlay.of(CLIENT, 5_001, PROXY, 80)
                .opened(5)
                .data(55, true, 100)
                .data(305, false, 7_000)
                .closed(405);
        assertThat(outcome(client(0, 5_000), bigger, upstream(3, 6_000, 5_000), upstream(4, 6_001, 7_000)))
                .containsExactlyInAnyOrder("joined 5000 6000", "joined 5001 6001");
    }

    @Test
    void rewrittenBytesAreNotJoined() {
        assertThat(outcome(client(0, 5_000), upstream(0, 6_000, 4_999)))
                .containsExactlyInAnyOrder("alone 5000", "alone 6000");
    }

    @Test
    void connectionsOfOtherHostsAreNotJoined() {
        WirePlay elsewhere = WirePlay.of(9, 6_000, SERVICE, 8_080)
                .opened(20)
                .data(60, true, 100)
                .data(200, false, 5_000)
                .closed(405);
        assertThat(outcome(client(0, 5_000), elsewhere)).containsExactlyInAnyOrder("alone 5000", "alone 6000");
    }

    @Test
    void directionTellsThatTwoAddressesAreOneHost() {
        WirePlay in = client(0, 5_000).clientSegments(Direction.INCOMING);
        WirePlay first = WirePlay.of(CLIENT, 5_000, PROXY, 80)
                .clientSegments(Direction.INCOMING)
                .opened(0)
                .data(50, true, 100)
                .closed(400);
        WirePlay second = WirePlay.of(77, 6_000, SERVICE, 8_080)
                .clientSegments(Direction.OUTGOING)
                .opened(20)
                .data(60, true, 100)
                .closed(405);
        assertThat(in.segments()).isNotEmpty();
        assertThat(outcome(first, second)).containsExactly("joined 5000 6000");
    }

    @Test
    void loopbackIsOneHost() {
        IpAddress one = IpAddress.v4(127 << 24 | 1);
        IpAddress other = IpAddress.v4(127 << 24 | 2);
        assertThat(outcome(
                        WirePlay.of(one, 5_000, other, 80).opened(0).closed(400),
                        WirePlay.of(one, 6_000, one, 8_080).opened(20).closed(405)))
                .containsExactly("joined 5000 6000");
        IpAddress v6 = IpAddress.v6(0, 1);
        assertThat(outcome(
                        WirePlay.of(v6, 5_000, v6, 80).opened(0).closed(400),
                        WirePlay.of(v6, 6_000, v6, 8_080).opened(20).closed(405)))
                .containsExactly("joined 5000 6000");
    }

    @Test
    void connectionsToOneServiceAreNoLegs() {
        IpAddress here = IpAddress.v4(127 << 24 | 1);
        assertThat(outcome(
                        WirePlay.of(here, 5_000, here, 80).opened(0).closed(400),
                        WirePlay.of(here, 6_000, here, 80).opened(20).closed(405)))
                .containsExactlyInAnyOrder("alone 5000", "alone 6000");
    }

    @Test
    void upstreamOpenedAfterTheAnswerHadBegunIsNotJoined() {
        assertThat(outcome(
                        WirePlay.of(CLIENT, 5_000, PROXY, 80)
                                .opened(0)
                                .data(10, false, 30)
                                .closed(400),
                        WirePlay.of(PROXY, 6_000, SERVICE, 8_080)
                                .opened(20)
                                .data(21, false, 30)
                                .closed(405)))
                .containsExactlyInAnyOrder("alone 5000", "alone 6000");
    }

    @Test
    void bytesThatLeftBeforeTheyCameAreNotJoined() {
        assertThat(outcome(
                        WirePlay.of(CLIENT, 5_000, PROXY, 80)
                                .opened(0)
                                .data(5_000, true, 100)
                                .closed(9_000),
                        WirePlay.of(PROXY, 6_000, SERVICE, 8_080)
                                .opened(20)
                                .data(60, true, 100)
                                .closed(9_005)))
                .containsExactlyInAnyOrder("alone 5000", "alone 6000");
    }

    @Test
    void finOfTheProxyWithoutACauseIsNotJoined() {
        assertThat(outcome(
                        WirePlay.of(CLIENT, 5_000, PROXY, 80).opened(0).closed(9_000_000),
                        WirePlay.of(PROXY, 6_000, SERVICE, 8_080).opened(20).closed(4_000_000)))
                .containsExactlyInAnyOrder("alone 5000", "alone 6000");
    }

    @Test
    void resetOfTheClientPassedOnIsJoined() {
        assertThat(outcome(
                        WirePlay.of(CLIENT, 5_000, PROXY, 80)
                                .opened(0)
                                .data(50, true, 100)
                                .rst(300, true),
                        WirePlay.of(PROXY, 6_000, SERVICE, 8_080)
                                .opened(20)
                                .data(60, true, 90)
                                .rst(320, true)))
                .containsExactly("joined 5000 6000");
    }

    @Test
    void attemptThatFailedIsNoLeg() {
        assertThat(outcome(
                        client(0, 5_000),
                        WirePlay.of(PROXY, 5_999, SERVICE, 8_080).syn(15).rst(16, false),
                        upstream(0, 6_000, 5_000)))
                .containsExactlyInAnyOrder("alone 5999", "joined 5000 6000");
    }

    @Test
    void legThatWaitsForALongLivedOtherIsToldAloneInTime() {
        long minute = 60_000_000;
        WirePlay talkative = WirePlay.of(PROXY, 6_000, SERVICE, 8_080).opened(20);
        for (int i = 1; i < 10; i++) {
            talkative.data(i * minute / 2, false, 10);
        }
        WirePlay later = WirePlay.of(8, 7_000, 9, 22).opened(3 * minute);
        assertThat(outcome(WirePlay.of(CLIENT, 5_000, PROXY, 80).opened(0).closed(400), talkative, later))
                .startsWith("alone 5000");
    }

    @Test
    void moreOpeningsThanCanBeWatchedAreToldAlone() {
        List<WirePlay> plays = new ArrayList<>();
        for (int i = 0; i <= LegJoiner.MOST_CANDIDATES; i++) {
            plays.add(WirePlay.of(CLIENT, 10_000 + i, PROXY, 80).opened(i).closed(2_000 + i));
        }
        plays.add(WirePlay.of(PROXY, 6_000, SERVICE, 8_080).opened(500).closed(2_500));
        assertThat(outcome(plays.toArray(new WirePlay[0])))
                .contains("ambiguous 6000")
                .noneMatch(o -> o.startsWith("joined"));
    }

    @Test
    void ofOneThatTooManyCouldHaveCausedNothingIsAsked() {
        LegJoiner joiner = new LegJoiner(new LegJoiner.Outlet() {
            @Override
            public void alone(ConnectionFacts facts, boolean ambiguous) {}

            @Override
            public void joined(ConnectionFacts client, ConnectionFacts upstream) {}
        });
        for (int i = 0; i <= LegJoiner.MOST_CANDIDATES; i++) {
            WirePlay.of(CLIENT, 10_000 + i, PROXY, 80).syn(i).segments().forEach(joiner::segment);
        }
        WirePlay crowded = WirePlay.of(PROXY, 6_000, SERVICE, 8_080).syn(500);
        crowded.segments().forEach(joiner::segment);
        WirePlay.of(SERVICE, 7_000, 4, 9_090).syn(600).segments().forEach(joiner::segment);

        List<FourTuple> asked = new ArrayList<>();
        JoinedLegs legs = joiner.living(
                crowded.segments().get(0).tuple(),
                tuple -> {
                    asked.add(tuple);
                    return null;
                },
                WirePlay.START + 1_000_000);
        assertThat(legs).isNull();
        assertThat(asked).isEmpty();
    }

    @Test
    void legsThatLiveAtTheEndAreJoinedToo() {
        assertThat(outcome(
                        WirePlay.of(CLIENT, 5_000, PROXY, 80).opened(0).data(50, true, 100),
                        WirePlay.of(PROXY, 6_000, SERVICE, 8_080).opened(20).data(60, true, 90),
                        client(100, 5_001)))
                .containsExactlyInAnyOrder("joined 5000 6000", "alone 5001");
    }

    @Test
    void bothEndsSendingASynStayOneConnection() {
        WirePlay one = WirePlay.of(CLIENT, 5_000, PROXY, 6_000).syn(0);
        WirePlay other = WirePlay.of(PROXY, 6_000, CLIENT, 5_000).syn(1);
        assertThat(outcome(one, other)).hasSizeBetween(1, 2).noneMatch(o -> o.startsWith("joined"));
    }

    @Test
    void chainOfTwoProxiesIsNotGuessed() {
        WirePlay last = WirePlay.of(SERVICE, 7_000, 4, 9_090)
                .opened(40)
                .data(70, true, 100)
                .data(150, false, 5_000)
                .fin(410, true)
                .ack(411, false)
                .fin(412, false)
                .ack(413, true);
        assertThat(outcome(client(0, 5_000), upstream(0, 6_000, 5_000), last))
                .hasSize(3)
                .noneMatch(o -> o.startsWith("joined"));
    }

    /** A service that connects to another while it works on a request is no proxy: nothing of the one leaves on the other. */
    @Test
    void serviceThatCallsAnotherIsNoProxy() {
        long second = 1_000_000;
        WirePlay request = WirePlay.of(CLIENT, 5_000, PROXY, 8_080)
                .opened(0)
                .data(8_000, true, 646)
                .ack(8_010, false)
                .data(19 * second, false, 223)
                .ack(19 * second + 10, true);
        WirePlay call = WirePlay.of(PROXY, 6_000, SERVICE, 80)
                .opened(second / 2)
                .data(506_000, true, 208)
                .ack(506_100, false)
                .data(508_000, false, 1_548)
                .ack(508_100, true)
                .fin(509_000, false)
                .fin(510_000, true)
                .ack(510_100, false);
        assertThat(outcome(request, call)).containsExactlyInAnyOrder("alone 5000", "alone 6000");
    }

    @Test
    void connectionBackToTheClientIsNoLeg() {
        assertThat(outcome(
                        WirePlay.of(CLIENT, 5_000, PROXY, 6_667)
                                .opened(0)
                                .data(3_000, true, 53)
                                .ack(4_000, false),
                        WirePlay.of(PROXY, 6_000, CLIENT, 5_555)
                                .opened(5_000)
                                .data(8_000, false, 12)
                                .ack(9_000, true)))
                .containsExactlyInAnyOrder("alone 5000", "alone 6000");
    }

    @Test
    void connectionsWithoutBytesThatLiveAreNotJoined() {
        assertThat(outcome(
                        WirePlay.of(CLIENT, 5_000, PROXY, 80).opened(0),
                        WirePlay.of(PROXY, 6_000, SERVICE, 8_080).opened(20)))
                .containsExactlyInAnyOrder("alone 5000", "alone 6000");
    }

    @Test
    void firstBytesThatWaitForSecondsOnAnOpenWayAreOthers() {
        assertThat(outcome(
                        WirePlay.of(CLIENT, 5_000, PROXY, 80)
                                .opened(0)
                                .data(50, true, 100)
                                .ack(51, false)
                                .closed(9_000_000),
                        WirePlay.of(PROXY, 6_000, SERVICE, 8_080)
                                .opened(20)
                                .data(3_000_000, true, 100)
                                .ack(3_000_001, false)
                                .closed(9_000_005)))
                .containsExactlyInAnyOrder("alone 5000", "alone 6000");
    }

    @Test
    void bytesThatAreNeverPassedOnToAPeerThatReadsAreOthers() {
        assertThat(outcome(
                        WirePlay.of(CLIENT, 5_000, PROXY, 80)
                                .opened(0)
                                .data(50, true, 300)
                                .ack(9_000_000, false),
                        WirePlay.of(PROXY, 6_000, SERVICE, 8_080)
                                .opened(20)
                                .data(60, true, 290)
                                .ack(61, false)
                                .ack(9_000_000, true)))
                .containsExactlyInAnyOrder("alone 5000", "alone 6000");
    }

    /** The client's request as a whole, then what the proxy sent of it, which nobody acknowledges. */
    private static List<String> partlyPassedOn(int request, int... passed) {
        WirePlay out = WirePlay.of(PROXY, 6_000, SERVICE, 8_080).opened(20);
        for (int i = 0; i < passed.length; i++) {
            out.data(70 + i, true, passed[i]);
        }
        return outcome(
                WirePlay.of(CLIENT, 5_000, PROXY, 80)
                        .opened(0)
                        .data(50, true, request)
                        .ack(51, false)
                        .ack(9_000_000, true),
                out);
    }

    @Test
    void fewUnacknowledgedBytesDoNotKeepBackThoseThatCameBeforeThem() {
        assertThat(partlyPassedOn(500, 300))
                .as("an application that sends a request of its own to a host that is gone")
                .containsExactlyInAnyOrder("alone 5000", "alone 6000");
    }

    @Test
    void asMuchInFlightAsTcpSendsAtFirstKeepsTheRestBack() {
        int[] ten = new int[10];
        Arrays.fill(ten, 1_460);
        assertThat(partlyPassedOn(20_000, ten)).containsExactly("joined 5000 6000");
        ten[9]--;
        assertThat(partlyPassedOn(20_000, ten)).containsExactlyInAnyOrder("alone 5000", "alone 6000");
    }

    @Test
    void bytesInFlightKeepBackThoseThatComeLater() {
        assertThat(outcome(
                        WirePlay.of(CLIENT, 5_000, PROXY, 80)
                                .opened(0)
                                .data(50, true, 300)
                                .ack(51, false)
                                .data(2_000_000, true, 200)
                                .ack(2_000_001, false)
                                .ack(9_000_000, true),
                        WirePlay.of(PROXY, 6_000, SERVICE, 8_080).opened(20).data(70, true, 300)))
                .containsExactly("joined 5000 6000");
    }

    @Test
    void windowThatIsClosedOrFullKeepsTheRestBack() {
        WirePlay closed = WirePlay.of(PROXY, 6_000, SERVICE, 8_080)
                .opened(20)
                .data(70, true, 300)
                .ack(80, false)
                .withWindow(0);
        WirePlay full = WirePlay.of(PROXY, 6_000, SERVICE, 8_080)
                .opened(20)
                .ack(60, false)
                .withWindow(3)
                .data(70, true, 384);
        for (WirePlay out : List.of(closed, full)) {
            assertThat(outcome(
                            WirePlay.of(CLIENT, 5_000, PROXY, 80)
                                    .opened(0)
                                    .data(50, true, 500)
                                    .ack(51, false)
                                    .ack(9_000_000, true),
                            out))
                    .containsExactly("joined 5000 6000");
        }
    }

    @Test
    void headThatTheProxyAddsOrTakesAwayIsJoined() {
        assertThat(outcome(client(0, 5_000), headed(150, 5_000))).containsExactly("joined 5000 6000");
        assertThat(outcome(client(0, 5_000), headed(72, 5_000))).containsExactly("joined 5000 6000");
        assertThat(outcome(client(0, 5_000), headed(150, 4_990)))
                .as("a head alone shows nothing where the answers differ")
                .containsExactlyInAnyOrder("alone 5000", "alone 6000");
        assertThat(outcome(client(0, 5_000), headed(1_000, 5_000)))
                .as("longer than a head")
                .containsExactlyInAnyOrder("alone 5000", "alone 6000");
    }

    private static WirePlay headed(int request, int answer) {
        return WirePlay.of(PROXY, 6_000, SERVICE, 8_080)
                .opened(20)
                .data(60, true, request)
                .ack(61, false)
                .data(200, false, answer)
                .ack(201, true)
                .fin(405, true)
                .ack(406, false)
                .fin(407, false)
                .ack(408, true);
    }

    /** The capture goes on, and shows that the proxy had all the time: then it owes the bytes, or the end. */
    @Test
    void whatTheProxyKeepsToTheEndOfTheCaptureIsNotPassedOn() {
        WirePlay asking = WirePlay.of(CLIENT, 5_000, PROXY, 80)
                .opened(0)
                .data(50, true, 100)
                .ack(51, false);
        WirePlay answering = WirePlay.of(PROXY, 6_000, SERVICE, 8_080)
                .opened(20)
                .data(60, true, 100)
                .ack(61, false)
                .data(200, false, 5_000)
                .ack(201, true);
        WirePlay other = WirePlay.of(9, 7_000, 8, 80).opened(100_000_000);
        assertThat(outcome(asking, answering)).containsExactly("joined 5000 6000");
        assertThat(outcome(asking, answering, other))
                .containsExactlyInAnyOrder("alone 5000", "alone 6000", "alone 7000");
        WirePlay ending = WirePlay.of(PROXY, 6_000, SERVICE, 8_080)
                .opened(20)
                .data(60, true, 100)
                .ack(61, false)
                .fin(200, false)
                .ack(201, true);
        assertThat(outcome(asking, ending)).containsExactly("joined 5000 6000");
        assertThat(outcome(asking, ending, other)).containsExactlyInAnyOrder("alone 5000", "alone 6000", "alone 7000");
    }
}
