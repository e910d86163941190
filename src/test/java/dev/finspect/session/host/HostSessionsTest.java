package dev.finspect.session.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.session.explain.Explanation;
import dev.finspect.session.explain.ExplanationText;
import dev.finspect.tcp.IpAddress;
import dev.finspect.tcp.TcpState;
import dev.finspect.wire.diag.SocketEntry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Connections of which the tables say what each test plays: at 100 s, and two seconds before. */
final class HostSessionsTest {
    private static final long SECOND = 1_000_000_000L;
    private static final String A = "10.0.0.1:40000";
    private static final String B = "10.0.0.2:80";
    private static final HostPrograms SLEEPING = inode -> new HostPrograms.Holding(7, "program", 'S', null);

    private final List<NamespaceReading> first = new ArrayList<>();
    private final List<NamespaceReading> second = new ArrayList<>();

    /** A namespace with this address whose sockets are the same at both readings. */
    private HostSessionsTest still(int namespace, String address, TableSocket... sockets) {
        return host(namespace, address, entries(sockets), entries(sockets));
    }

    private HostSessionsTest host(int namespace, String address, List<SocketEntry> before, List<SocketEntry> now) {
        Set<IpAddress> addresses = Set.of(KeptTables.address(address));
        String enter = namespace == 1 ? "" : "ip netns exec ns" + namespace + " ";
        first.add(new NamespaceReading(namespace, "ns" + namespace, enter, 98 * SECOND, addresses, before));
        second.add(new NamespaceReading(namespace, "ns" + namespace, enter, 100 * SECOND, addresses, now));
        return this;
    }

    private static List<SocketEntry> entries(TableSocket... sockets) {
        return Arrays.stream(sockets).map(TableSocket::entry).toList();
    }

    private List<HostSession> sessions(HostPrograms programs) {
        return new HostSessions(programs, null).examine(first, second, null).sessions();
    }

    private List<String> found() {
        return found(SLEEPING);
    }

    private List<String> found(HostPrograms programs) {
        return sessions(programs).stream()
                .flatMap(session -> session.findings().stream())
                .map(finding -> finding.id().label() + " " + finding.blame().label() + " "
                        + finding.hang().label() + " " + finding.lastedNanos() / SECOND + " s")
                .toList();
    }

    private static TableSocket originator() {
        return TableSocket.of(A, B).bytes(100, 101, 50).cookie(1).inode(11);
    }

    private static TableSocket responder() {
        return TableSocket.of(B, A).bytes(50, 50, 100).cookie(2).inode(12);
    }

    @Test
    void connectionsAtRestAreNeverTold() {
        still(1, "10.0.0.1", originator(), TableSocket.of("10.0.0.1:40001", B).cookie(3))
                .still(
                        2,
                        "10.0.0.2",
                        responder(),
                        TableSocket.of(B, "10.0.0.1:40001").cookie(4));
        assertThat(found()).isEmpty();
        HostSessions.Found all = new HostSessions(SLEEPING, null).examine(first, second, null);
        assertThat(all.connections()).isEqualTo(2);
    }

    @Test
    void bytesThatNobodyReadAreItsPrograms() {
        still(1, "10.0.0.1", originator().ages(9_000, 20_000, 9_000))
                .still(2, "10.0.0.2", responder().ages(20_000, 9_000, 9_000).unread(100));
        assertThat(found()).containsExactly("upstream-silent upstream possible 9 s");
        assertThat(found(inode -> new HostPrograms.Holding(7, "stuck", 'T', null)))
                .containsExactly("upstream-silent upstream proved 9 s");
        assertThat(found(inode -> HostPrograms.Holding.unseen("of another user")))
                .containsExactly("upstream-silent upstream possible 9 s");
    }

    @Test
    void programThatHasReadBeforeIsOnlyKnownToPauseSinceTheFirstReading() {
        still(1, "10.0.0.1", originator().ages(9_000, 20_000, 9_000))
                .still(2, "10.0.0.2", responder().ages(20_000, 9_000, 9_000).unread(60));
        assertThat(found()).containsExactly("upstream-silent upstream possible 2 s");
    }

    @Test
    void programThatReadsMeanwhileIsNotBlamed() {
        host(
                        1,
                        "10.0.0.1",
                        entries(originator().ages(7_000, 20_000, 7_000)),
                        entries(originator().ages(9_000, 20_000, 9_000)))
                .host(
                        2,
                        "10.0.0.2",
                        entries(responder().ages(20_000, 7_000, 9_000).unread(90)),
                        entries(responder().ages(20_000, 9_000, 9_000).unread(60)));
        assertThat(found()).isEmpty();
    }

    @Test
    void clientThatHasNotReadItsAnswerIsNamed() {
        still(
                        1,
                        "10.0.0.1",
                        originator()
                                .bytes(100, 101, 5_000)
                                .ages(20_000, 9_000, 9_000)
                                .unread(5_000))
                .still(2, "10.0.0.2", responder().bytes(5_000, 5_000, 100).ages(9_000, 20_000, 9_000));
        assertThat(found(inode -> new HostPrograms.Holding(7, "stuck", 't', null)))
                .containsExactly("client-silent client proved 9 s");
        assertThat(sessions(SLEEPING).get(0).program()).isEqualTo("program (7)");
    }

    @Test
    void stoppedClientIsNamedHoweverLittleItHasNotRead() {
        still(
                        1,
                        "10.0.0.1",
                        originator()
                                .bytes(100, 101, 150)
                                .ages(20_000, 9_000, 9_000)
                                .unread(30))
                .still(2, "10.0.0.2", responder().bytes(150, 150, 100).ages(9_000, 20_000, 9_000));
        assertThat(found()).as("it may read when it next needs to").isEmpty();
        assertThat(found(inode -> new HostPrograms.Holding(7, "stuck", 'T', null)))
                .containsExactly("client-silent client proved 9 s");
    }

    /** An answer and the next request within one tick of the kernel's clock. */
    @Test
    void bytesThatLieUnreadCameLast() {
        still(1, "10.0.0.1", originator().ages(9_000, 9_000, 9_000))
                .still(2, "10.0.0.2", responder().ages(9_000, 9_000, 9_000).unread(100));
        assertThat(found()).containsExactly("upstream-silent upstream possible 9 s");
    }

    @Test
    void whatIsLostBetweenTwoEndsOfThisHostIsTheNetworks() {
        TableSocket sender = originator()
                .bytes(300, 101, 50)
                .inFlight(1, 0, 200)
                .timedOut(4, 3_200_000)
                .ages(1_000, 20_000, 20_000);
        still(1, "10.0.0.1", sender).still(2, "10.0.0.2", responder().ages(20_000, 20_000, 20_000));
        assertThat(found()).containsExactly("network-loss network_to_upstream proved 4 s");
    }

    @Test
    void whatIsLostTowardsAnotherHostIsItsOrTheNetworks() {
        TableSocket sender = originator()
                .bytes(300, 101, 50)
                .inFlight(1, 0, 200)
                .timedOut(4, 3_200_000)
                .ages(1_000, 20_000, 20_000);
        still(1, "10.0.0.1", sender);
        assertThat(found()).containsExactly("peer-vanished upstream_side proved 4 s");
        assertThat(sessions(SLEEPING).get(0).program()).as("who waits").isEqualTo("program (7)");
    }

    @Test
    void fullWindowIsNoRoomForMore() {
        TableSocket sender = originator()
                .bytes(300, 101, 50)
                .inFlight(1, 2_000, 2_200)
                .window(300)
                .timedOut(2, 800_000)
                .ages(4_000, 20_000, 20_000);
        still(1, "10.0.0.1", sender).still(2, "10.0.0.2", responder());
        assertThat(found()).containsExactly("network-loss upstream_side proved 4 s");
    }

    @Test
    void halfClosedConnectionIsToldOnceNobodyCanUseItAnyMore() {
        TableSocket closed =
                originator().state(TcpState.FIN_WAIT_2).bytes(100, 102, 50).ages(9_000, 8_000, 7_000);
        TableSocket waiting =
                responder().state(TcpState.CLOSE_WAIT).bytes(50, 50, 101).ages(8_000, 9_000, 7_000);
        still(1, "10.0.0.1", closed).still(2, "10.0.0.2", waiting);
        assertThat(found()).as("both programs have it open: it may be in use").isEmpty();

        again();
        still(1, "10.0.0.1", closed.ages(90_000, 80_000, 70_000))
                .still(2, "10.0.0.2", waiting.ages(80_000, 90_000, 70_000));
        assertThat(found())
                .as("the program that closed its end may wait for more")
                .containsExactly("upstream-not-closing upstream likely 70 s");
        closed.ages(9_000, 8_000, 7_000);
        waiting.ages(8_000, 9_000, 7_000);

        again();
        still(1, "10.0.0.1", closed.heldBack(5)).still(2, "10.0.0.2", waiting);
        assertThat(found()).as("it may read slowly").isEmpty();

        again();
        still(1, "10.0.0.1", closed.inode(0)).still(2, "10.0.0.2", waiting);
        assertThat(found()).containsExactly("upstream-not-closing upstream possible 7 s");

        again();
        still(1, "10.0.0.1", closed.inode(0).withoutInfo()).still(2, "10.0.0.2", waiting);
        assertThat(found())
                .as("the kernel keeps its state alone")
                .containsExactly("upstream-not-closing upstream possible 7 s");

        again();
        still(2, "10.0.0.2", waiting);
        assertThat(found()).as("a client on another host").isEmpty();

        again();
        still(2, "10.0.0.2", waiting.ages(80_000, 90_000, 70_000));
        assertThat(found()).containsExactly("upstream-not-closing upstream likely 70 s");
    }

    @Test
    void requestBeforeAHalfCloseMayBeWorkedOn() {
        TableSocket closed =
                originator().state(TcpState.FIN_WAIT_2).bytes(100, 102, 50).ages(8_000, 9_000, 7_000);
        TableSocket waiting =
                responder().state(TcpState.CLOSE_WAIT).bytes(50, 50, 101).ages(9_000, 8_000, 7_000);
        still(1, "10.0.0.1", closed).still(2, "10.0.0.2", waiting);
        assertThat(found()).isEmpty();
    }

    @Test
    void connectionWhoseOtherEndIsGoneFromThisHostIsLeft() {
        TableSocket waiting = TableSocket.of("127.0.0.1:80", "127.0.0.1:40000")
                .state(TcpState.CLOSE_WAIT)
                .bytes(50, 50, 101)
                .ages(8_000, 9_000, 7_000);
        still(1, "10.0.0.1", waiting);
        assertThat(found()).containsExactly("upstream-not-closing upstream possible 7 s");
    }

    @Test
    void finThatIsNotAcknowledgedIsLost() {
        TableSocket closed = originator()
                .state(TcpState.FIN_WAIT_1)
                .bytes(100, 101, 50)
                .inFlight(1, 0, 1)
                .timedOut(4, 3_200_000)
                .ages(9_000, 9_000, 9_000);
        still(1, "10.0.0.1", closed).still(2, "10.0.0.2", responder().ages(9_000, 9_000, 9_000));
        assertThat(found()).containsExactly("fin-lost network_to_upstream proved 3 s");
    }

    @Test
    void listenersOfAnAddressTakeConnectionsBeforeThoseOfAll() {
        TableSocket syn =
                TableSocket.of(A, B).state(TcpState.SYN_SENT).repeated(3).inode(11);
        TableSocket full =
                TableSocket.of(B, "0.0.0.0:0").waiting(3, 2).cookie(5).inode(15);
        TableSocket all =
                TableSocket.of("0.0.0.0:80", "0.0.0.0:0").waiting(0, 2).cookie(6);
        still(1, "10.0.0.1", syn).still(2, "10.0.0.2", full, all);
        assertThat(found()).containsExactly("backlog-full upstream proved 3 s");
        HostSession session = sessions(SLEEPING).get(0);
        assertThat(session.program()).as("who listens").isEqualTo("program (7)");
        assertThat(ExplanationText.of(session.explanation(), false))
                .contains(
                        "program (pid 7) accepts too slowly",
                        "  ip netns exec ns2 ss -ltnp",
                        "  ip netns exec ns2 nstat",
                        "SYNs sent: 4");
    }

    @Test
    void listenerOfIpv6TakesIpv4WhereNoOtherListens() {
        TableSocket syn =
                TableSocket.of(A, B).state(TcpState.SYN_SENT).repeated(3).inode(11);
        TableSocket full = TableSocket.of("[::]:80", "[::]:0").waiting(3, 2).cookie(5);
        still(1, "10.0.0.1", syn).still(2, "10.0.0.2", full);
        assertThat(found()).containsExactly("backlog-full upstream proved 3 s");

        again();
        TableSocket room =
                TableSocket.of("0.0.0.0:80", "0.0.0.0:0").waiting(0, 2).cookie(6);
        still(1, "10.0.0.1", syn).still(2, "10.0.0.2", full, room);
        assertThat(found()).containsExactly("syn-unanswered upstream_side proved 3 s");
    }

    @Test
    void listenerWithRoomThatDroppedNothingMeansThatTheNetworkLosesTheSyn() {
        TableSocket listening =
                TableSocket.of("0.0.0.0:80", "0.0.0.0:0").waiting(0, 2).cookie(5);
        TableSocket other =
                TableSocket.of("0.0.0.0:80", "0.0.0.0:0").waiting(1, 2).cookie(6);
        TableSocket syn = TableSocket.of(A, B).state(TcpState.SYN_SENT).inode(11);
        host(1, "10.0.0.1", entries(syn.repeated(2)), entries(syn.repeated(3))).still(2, "10.0.0.2", listening, other);
        assertThat(found()).containsExactly("syn-unanswered network_to_upstream proved 3 s");

        again();
        host(1, "10.0.0.1", entries(syn.repeated(2)), entries(syn.repeated(3)))
                .still(2, "10.0.0.2", listening.drops(-1), other);
        assertThat(found()).as("the drops are not known").containsExactly("syn-unanswered upstream_side proved 3 s");
    }

    @Test
    void addressThatSeveralNamespacesHaveIsNobodys() {
        TableSocket syn =
                TableSocket.of(A, B).state(TcpState.SYN_SENT).repeated(3).inode(11);
        TableSocket full = TableSocket.of(B, "0.0.0.0:0").waiting(3, 2).cookie(5);
        still(1, "10.0.0.1", syn).still(2, "10.0.0.2", full).still(3, "10.0.0.2");
        assertThat(found()).containsExactly("syn-unanswered upstream_side proved 3 s");
    }

    @Test
    void socketThatNoProgramHasTakenWaitsForAccept() {
        TableSocket waiting = responder().bytes(0, 0, 100).inode(0).unread(100).ages(6_000, 4_000, 4_000);
        TableSocket listening = TableSocket.of(B, "0.0.0.0:0").waiting(1, 50).cookie(5);
        still(2, "10.0.0.2", waiting, listening);
        assertThat(found()).containsExactly("upstream-not-accepting upstream proved 6 s");
    }

    /** The client thinks that it is connected: the last ACK of the handshake was dropped. */
    @Test
    void handshakeThatAFullListenerDoesNotFinishIsNamed() {
        TableSocket ours = originator()
                .bytes(100, 1, 0)
                .inFlight(1, 0, 100)
                .timedOut(3, 1_600_000)
                .ages(1_000, 5_000, 5_000);
        TableSocket half =
                responder().state(TcpState.SYN_RECEIVED).inode(0).withoutInfo().repeated(2);
        TableSocket full = TableSocket.of(B, "0.0.0.0:0").waiting(3, 2).cookie(5);
        still(1, "10.0.0.1", ours).still(2, "10.0.0.2", half, full);
        assertThat(found()).containsExactly("backlog-full upstream proved 5 s");
    }

    @Test
    void missingBytesAreAGap() {
        TableSocket reader = responder().outOfOrder(2, 4_096).ages(20_000, 20_000, 1_000);
        still(2, "10.0.0.2", reader);
        assertThat(found()).containsExactly("stream-gap network_to_client proved 2 s");
    }

    @Test
    void endsOfTheSameAddressesInSeveralPairsOfNamespacesStayApart() {
        TableSocket sender = originator()
                .bytes(300, 101, 50)
                .inFlight(1, 0, 200)
                .timedOut(4, 3_200_000)
                .ages(1_000, 20_000, 20_000);
        still(1, "10.0.0.1", sender).still(2, "10.0.0.2", responder()).still(3, "10.0.0.2", responder());
        assertThat(found()).containsExactly("peer-vanished upstream_side proved 4 s");
    }

    @Test
    void endsWhoseCountsDisagreeStayApart() {
        TableSocket sender = originator()
                .bytes(300, 101, 50)
                .inFlight(1, 0, 200)
                .timedOut(4, 3_200_000)
                .ages(1_000, 20_000, 20_000);
        still(1, "10.0.0.1", sender).still(2, "10.0.0.2", responder().bytes(50, 50, 7));
        assertThat(found()).containsExactly("peer-vanished upstream_side proved 4 s");
    }

    @Test
    void silenceOfTheGivenLengthIsPossible() {
        still(1, "10.0.0.1", originator().ages(9_000, 20_000, 9_000));
        assertThat(new HostSessions(SLEEPING, Duration.ofSeconds(5))
                        .examine(first, second, null)
                        .sessions())
                .singleElement()
                .satisfies(each -> assertThat(each.worst().id().label()).isEqualTo("upstream-silent"));
        assertThat(new HostSessions(SLEEPING, Duration.ofSeconds(50))
                        .examine(first, second, null)
                        .sessions())
                .isEmpty();
    }

    /** Whoever listens, and else the lower port, is the service. */
    @Test
    void orientationIsByListenersWhereTheCountsDoNotShowIt() {
        TableSocket one = TableSocket.of("10.0.0.1:9000", "10.0.0.9:9001")
                .ofOldKernel()
                .unread(5)
                .ages(9_000, 3_000, 3_000);
        TableSocket listener =
                TableSocket.of("10.0.0.1:9000", "0.0.0.0:0").waiting(0, 5).cookie(9);
        still(1, "10.0.0.1", one, listener);
        HostSessions.Found all = new HostSessions(SLEEPING, Duration.ofSeconds(1)).examine(first, second, null);
        assertThat(all.sessions().get(0).record().identity().accepted().getPort())
                .isEqualTo(9_000);

        again();
        TableSocket other = TableSocket.of("10.0.0.1:9001", "10.0.0.9:9000")
                .ofOldKernel()
                .unread(5)
                .ages(9_000, 3_000, 3_000);
        still(1, "10.0.0.1", other);
        all = new HostSessions(SLEEPING, Duration.ofSeconds(1)).examine(first, second, null);
        assertThat(all.sessions().get(0).record().identity().accepted().getPort())
                .isEqualTo(9_000);
    }

    @Test
    void explanationDoesNotSpeakOfFinspect() {
        TableSocket sender = originator()
                .bytes(300, 101, 50)
                .inFlight(1, 0, 200)
                .timedOut(4, 3_200_000)
                .ages(1_000, 20_000, 20_000);
        still(3, "10.0.0.1", sender);
        Explanation explanation = sessions(SLEEPING).get(0).explanation();
        assertThat(ExplanationText.of(explanation, false))
                .contains("  ip netns exec ns3 ss -tanpeoi 'src 10.0.0.1:40000 and dst 10.0.0.2:80'")
                .doesNotContain("finspect");
    }

    private void again() {
        first.clear();
        second.clear();
    }
}
