package dev.finspect.diagnose.finding;

import static dev.finspect.diagnose.finding.PlayedSession.at;
import static dev.finspect.diagnose.finding.PlayedSession.mark;
import static dev.finspect.diagnose.finding.PlayedSession.socket;
import static dev.finspect.diagnose.finding.RuleCase.NONE;
import static dev.finspect.diagnose.finding.RuleCase.row;
import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.diagnose.Clue;
import dev.finspect.diagnose.Confidence;
import dev.finspect.diagnose.Finding;
import dev.finspect.diagnose.Parties;
import dev.finspect.diagnose.Snapshot;
import dev.finspect.diagnose.catalogue.Diagnosis;
import dev.finspect.diagnose.question.TlsProgress;
import dev.finspect.fixture.TlsFixture;
import dev.finspect.record.Habit;
import dev.finspect.record.PeerSocket;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Observation;
import dev.finspect.tcp.TcpState;
import dev.finspect.wire.tls.FirstBytes;
import dev.finspect.wire.tls.TlsAlert;
import dev.finspect.wire.tls.TlsVersion;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class TlsRulesTest {
    private static final Examiner STALLED = Examiner.of(new TlsHandshakeStalled());
    private static final Examiner NOT_TLS = Examiner.of(new NotTls());

    /** As long as the answer may still come, in whatever protocol, nothing is known to hang. */
    @Test
    void slowAnswerInClearIsHardlyAHang() {
        assertThat(NOT_TLS.examine(plain(FirstBytes.TEXT).live(11))
                        .orElseThrow()
                        .hang())
                .isEqualTo(Confidence.POSSIBLE);
        assertThat(NOT_TLS.examine(plain(FirstBytes.TEXT).live(70))
                        .orElseThrow()
                        .hang())
                .isNotEqualTo(Confidence.POSSIBLE);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource({"serverHello", "clientHello", "laterSteps", "clientDoesNotSpeakTls", "upstreamDoesNotSpeakTls"})
    void finds(RuleCase row) {
        row.check();
    }

    /** A client has sent its ClientHello after a second, and the upstream's kernel has it. */
    private static PlayedSession hello() {
        return new PlayedSession().asks(1, 517).but(p -> {
            p.client.tls = TlsFixture.client(at(1), 517);
            p.upstream.tls = new TlsFixture();
        });
    }

    /** The same with the upstream's answer after two seconds. */
    private static PlayedSession answered(@Nullable TlsVersion version) {
        return hello().answers(2, 127).but(p -> p.upstream.tls = TlsFixture.upstream(at(2), version));
    }

    private static PlayedSession of(PlayedSession session, Consumer<TlsFixture> client, Consumer<TlsFixture> upstream) {
        return session.but(p -> {
            client.accept(Objects.requireNonNull(p.client.tls));
            upstream.accept(Objects.requireNonNull(p.upstream.tls));
        });
    }

    private static PlayedSession upstream(PlayedSession session, Consumer<TlsFixture> change) {
        return of(session, tls -> {}, change);
    }

    private static PlayedSession client(PlayedSession session, Consumer<TlsFixture> change) {
        return of(session, change, tls -> {});
    }

    static Stream<RuleCase> serverHello() {
        return Stream.of(
                row("no answer for ten seconds", STALLED, hello().live(11), "undetermined possible"),
                row("the same, not yet", STALLED, hello().live(10.9), NONE),
                row("the same, over", STALLED, hello().over(30), NONE),
                row(
                        "not observed",
                        STALLED,
                        hello().but(p -> p.client.tls = null).live(30),
                        NONE),
                row(
                        "observed of one side alone",
                        STALLED,
                        hello().but(p -> p.upstream.tls = null).live(30),
                        NONE),
                row(
                        "the route has always answered such words",
                        STALLED,
                        hello().but(p -> p.upstream.habit = Fact.inferred(answering()))
                                .live(12),
                        "upstream likely"),
                row(
                        "unread, and its process is stopped",
                        STALLED,
                        hello().but(p -> p.upstream.peerSocket = stopped(7)).live(7),
                        "upstream proved"),
                row(
                        "its kernel has not acknowledged it",
                        STALLED,
                        hello().but(p -> p.upstream.unackedSegments = Fact.kernel(1L))
                                .live(30),
                        NONE),
                row(
                        "it has closed",
                        STALLED,
                        hello().but(p -> p.upstream.peerFin = mark(3)).live(30),
                        NONE),
                row(
                        "the client has closed",
                        STALLED,
                        hello().but(p -> p.client.peerFin = mark(3)).live(30),
                        NONE),
                row(
                        "finspect does not read from it",
                        STALLED,
                        hello().but(p -> p.upstream.pausedSince = at(2)).live(30),
                        NONE),
                row(
                        "bytes of it are missing",
                        STALLED,
                        hello().but(p -> p.upstream.holeSince = at(2)).live(30),
                        NONE),
                row(
                        "it has sent half a ServerHello",
                        STALLED,
                        upstream(hello().answers(2, 60), tls -> {
                                    tls.speaks = Fact.socket(FirstBytes.TLS);
                                    tls.expectedBytes = Fact.socket(127L);
                                })
                                .live(13),
                        "upstream likely"),
                row(
                        "it has sent a fatal alert",
                        STALLED,
                        upstream(hello().answers(2, 7), tls -> {
                                    tls.speaks = Fact.socket(FirstBytes.TLS);
                                    tls.alert = Fact.socket(new TlsAlert(true, 40));
                                })
                                .live(30),
                        NONE),
                row(
                        "it has sent a warning",
                        STALLED,
                        upstream(hello().answers(2, 7), tls -> {
                                    tls.speaks = Fact.socket(FirstBytes.TLS);
                                    tls.alert = Fact.socket(new TlsAlert(false, 112));
                                })
                                .live(30),
                        "upstream likely"),
                row(
                        "it goes on encrypted without a hello",
                        STALLED,
                        upstream(hello(), tls -> tls.encryptedAt = at(2)).live(30),
                        NONE),
                row(
                        "what it sent is not understood",
                        STALLED,
                        upstream(hello(), tls -> tls.notUnderstood = Fact.socket(true))
                                .live(30),
                        NONE),
                row(
                        "it speaks something else",
                        STALLED,
                        upstream(hello(), tls -> tls.speaks = Fact.socket(FirstBytes.SSH))
                                .live(30),
                        NONE),
                row("it has asked for a second hello", STALLED, retried().live(13), "client likely"),
                row(
                        "the same, and the client sends early data",
                        STALLED,
                        client(retried(), tls -> tls.encryptedAt = at(1.1)).live(30),
                        NONE),
                row(
                        "the second hello is not answered",
                        STALLED,
                        client(retried().asks(3, 600), tls -> tls.retriedAt = at(3))
                                .live(14),
                        "upstream likely"));
    }

    private static PlayedSession retried() {
        return upstream(hello().answers(2, 99), tls -> {
            tls.speaks = Fact.socket(FirstBytes.TLS);
            tls.retriedAt = at(2);
        });
    }

    private static Habit answering() {
        return new Habit(20, 0, 1_000_000L);
    }

    private static Fact<PeerSocket> stopped(double second) {
        PeerSocket seen = socket(second, TcpState.ESTABLISHED, 517).value();
        return Fact.kernel(new PeerSocket(
                seen.atEpochNanos(),
                seen.state(),
                seen.unreadBytes(),
                seen.unsentBytes(),
                seen.due(),
                new PeerSocket.Holder(true, 1000, 4711, "sleeper", 'T'),
                null,
                null));
    }

    /** A client that has sent 300 of 1,800 bytes of its ClientHello. */
    private static PlayedSession begun() {
        return client(
                new PlayedSession().asks(1, 300).but(p -> {
                    p.client.tls = TlsFixture.first(FirstBytes.TLS);
                    p.upstream.tls = new TlsFixture();
                }),
                tls -> tls.expectedBytes = Fact.socket(1_800L));
    }

    static Stream<RuleCase> clientHello() {
        return Stream.of(
                row("its rest does not come", STALLED, begun().live(11), "client_side possible"),
                row("the same, not yet", STALLED, begun().live(10.9), NONE),
                row(
                        "its sender, on this host, has nothing left to send",
                        STALLED,
                        begun().but(p -> p.client.peerSocket = socket(11, TcpState.ESTABLISHED, 0))
                                .live(12),
                        "client proved"),
                row(
                        "later segments of it have come",
                        STALLED,
                        begun().but(p -> p.client.holeSince = at(2)).live(30),
                        NONE),
                row(
                        "it has sent nothing",
                        STALLED,
                        begun().but(p -> p.client.tls = new TlsFixture()).live(90),
                        NONE),
                row(
                        "its first bytes alone have come",
                        STALLED,
                        client(begun(), tls -> tls.expectedBytes = Fact.socket(0L))
                                .live(12),
                        "client_side possible"));
    }

    static Stream<RuleCase> laterSteps() {
        return Stream.of(
                row(
                        "TLS 1.3, a ServerHello and no more",
                        STALLED,
                        answered(TlsVersion.TLS_1_3).live(13),
                        "upstream likely"),
                row(
                        "TLS 1.3, the client does not go on",
                        STALLED,
                        upstream(answered(TlsVersion.TLS_1_3), t -> t.encryptedAt = at(2))
                                .live(13),
                        "client likely"),
                row(
                        "TLS 1.3, over",
                        STALLED,
                        of(answered(TlsVersion.TLS_1_3), c -> c.encryptedAt = at(3), u -> u.encryptedAt = at(2))
                                .live(30),
                        NONE),
                row(
                        "an unknown version, over for all that is seen",
                        STALLED,
                        client(answered(null), c -> c.encryptedAt = at(3)).live(30),
                        NONE),
                row(
                        "TLS 1.2, a flight that does not end",
                        STALLED,
                        answered(TlsVersion.TLS_1_2).live(13),
                        "upstream likely"),
                row(
                        "TLS 1.2, the client does not go on",
                        STALLED,
                        upstream(answered(TlsVersion.TLS_1_2), t -> t.flightDoneAt = at(2))
                                .live(13),
                        "client likely"),
                row(
                        "TLS 1.2 resumed, the client does not go on",
                        STALLED,
                        upstream(answered(TlsVersion.TLS_1_2), t -> t.encryptedAt = at(2))
                                .live(13),
                        "client likely"),
                row(
                        "TLS 1.2, the upstream does not finish",
                        STALLED,
                        client(answered(TlsVersion.TLS_1_2).asks(3, 90), c -> c.encryptedAt = at(3))
                                .live(14),
                        "upstream likely"),
                row(
                        "TLS 1.2, over",
                        STALLED,
                        of(answered(TlsVersion.TLS_1_2), c -> c.encryptedAt = at(3), u -> u.encryptedAt = at(4))
                                .live(30),
                        NONE));
    }

    private static PlayedSession plain(FirstBytes what) {
        return new PlayedSession().asks(1, 80).but(p -> {
            p.client.firstReceivedAt = at(1);
            p.client.tls = TlsFixture.first(what);
            p.upstream.tls = new TlsFixture();
        });
    }

    static Stream<RuleCase> clientDoesNotSpeakTls() {
        return Stream.of(
                row(
                        "the upstream answers with an alert",
                        NOT_TLS,
                        plain(FirstBytes.HTTP)
                                .answers(1.1, 7)
                                .but(p -> p.upstream.tls = TlsFixture.first(FirstBytes.TLS))
                                .live(2),
                        "configuration proved"),
                row(
                        "the upstream answers likewise",
                        NOT_TLS,
                        plain(FirstBytes.HTTP)
                                .answers(1.1, 7)
                                .but(p -> p.upstream.tls = TlsFixture.first(FirstBytes.HTTP))
                                .live(2),
                        NONE),
                row("the upstream is silent", NOT_TLS, plain(FirstBytes.TEXT).live(11), "undetermined possible"),
                row("the same, not yet", NOT_TLS, plain(FirstBytes.TEXT).live(10.9), NONE),
                row(
                        "the same, unacknowledged",
                        NOT_TLS,
                        plain(FirstBytes.TEXT)
                                .but(p -> p.upstream.unackedSegments = Fact.kernel(2L))
                                .live(60),
                        NONE),
                row(
                        "the upstream closes without a byte",
                        NOT_TLS,
                        plain(FirstBytes.HTTP)
                                .but(p -> p.upstream.peerFin = mark(1.1))
                                .over(2),
                        "undetermined possible"),
                row(
                        "the upstream resets",
                        NOT_TLS,
                        plain(FirstBytes.HTTP)
                                .but(p -> p.upstream.peerRst = mark(1.1))
                                .over(2),
                        "undetermined possible"),
                row(
                        "the client left first",
                        NOT_TLS,
                        plain(FirstBytes.HTTP)
                                .but(p -> p.client.peerFin = mark(1.05))
                                .but(p -> p.upstream.peerFin = mark(1.1))
                                .over(2),
                        NONE),
                row("nobody closed", NOT_TLS, plain(FirstBytes.HTTP).over(2), NONE),
                row("a PROXY header", NOT_TLS, plain(FirstBytes.PROXY_HEADER).live(60), NONE),
                row(
                        "PostgreSQL's request for TLS",
                        NOT_TLS,
                        plain(FirstBytes.POSTGRESQL).live(60),
                        NONE),
                row(
                        "not observed",
                        NOT_TLS,
                        plain(FirstBytes.HTTP).but(p -> p.client.tls = null).live(60),
                        NONE),
                row(
                        "observed of one side alone",
                        NOT_TLS,
                        plain(FirstBytes.HTTP).but(p -> p.upstream.tls = null).live(60),
                        NONE),
                row(
                        "no upstream",
                        NOT_TLS,
                        plain(FirstBytes.HTTP)
                                .but(p -> p.upstream.establishedAt = Observation.notObserved())
                                .over(60),
                        NONE),
                row(
                        "finspect ended it",
                        NOT_TLS,
                        plain(FirstBytes.HTTP)
                                .but(p -> p.upstream.peerFin = mark(1.1))
                                .proxy(new Snapshot.Proxy(Fact.socket("shutdown"), null, null, null))
                                .over(60),
                        NONE));
    }

    static Stream<RuleCase> upstreamDoesNotSpeakTls() {
        return Stream.of(
                row(
                        "it answers in clear",
                        NOT_TLS,
                        hello().answers(2, 90)
                                .but(p -> p.upstream.firstReceivedAt = at(2))
                                .but(p -> p.upstream.tls = TlsFixture.first(FirstBytes.HTTP))
                                .live(3),
                        "configuration proved"),
                row("it answers with TLS", NOT_TLS, answered(TlsVersion.TLS_1_3).live(60), NONE),
                row("it is silent", NOT_TLS, hello().live(60), NONE));
    }

    private static final Parties PARTIES = new Parties(
            "db",
            new InetSocketAddress("192.0.2.7", 51334),
            new InetSocketAddress("192.0.2.1", 15432),
            new InetSocketAddress("10.0.0.1", 40118),
            new InetSocketAddress("10.0.0.5", 5432));

    @Test
    void theSentenceSaysWhatIsAwaitedOfWhom() {
        Finding finding = Diagnosis.of(hello().live(12)).get(0);
        assertThat(new TlsHandshakeStalled().sentence(finding, PARTIES))
                .isEqualTo(
                        "The TLS handshake stalls after the ClientHello (for db.example, 517 bytes, 11 s ago): the upstream"
                                + " 10.0.0.5:5432 owes a ServerHello, and has sent nothing for 11 s. Whether its program has read it"
                                + " can only be seen on the upstream's host.");
        assertThat(new TlsHandshakeStalled().commands(finding, PARTIES, null).toString())
                .contains("openssl s_client -connect 10.0.0.5:5432 -servername db.example </dev/null");
        assertThat(Objects.requireNonNull(finding.first(Clue.TLS_AWAITED)).text())
                .isEqualTo(TlsProgress.Step.SERVER_HELLO.words());
    }

    @Test
    void theSentenceCountsTheBytesOfAHelloThatIsNotComplete() {
        Finding finding = Diagnosis.of(begun().live(12)).get(0);
        assertThat(new TlsHandshakeStalled().sentence(finding, PARTIES))
                .isEqualTo(
                        "The client 192.0.2.7:51334 has begun a TLS handshake, and sent nothing for 11 s: 300 bytes of the"
                                + " 1.8 kB of its ClientHello have come. Later segments of it may be lost on the way.");
        assertThat(List.of(finding.alternatives().toString()).get(0)).contains("second-segment-lost");
    }
}
