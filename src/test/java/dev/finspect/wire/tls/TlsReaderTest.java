package dev.finspect.wire.tls;

import static dev.finspect.fixture.TlsBytes.CHANGE_CIPHER_SPEC;
import static dev.finspect.fixture.TlsBytes.HANDSHAKE;
import static dev.finspect.fixture.TlsBytes.SERVER_HELLO_DONE;
import static dev.finspect.fixture.TlsBytes.alert;
import static dev.finspect.fixture.TlsBytes.alpn;
import static dev.finspect.fixture.TlsBytes.clientHello;
import static dev.finspect.fixture.TlsBytes.clientHelloMessage;
import static dev.finspect.fixture.TlsBytes.extension;
import static dev.finspect.fixture.TlsBytes.helloRetryRequest;
import static dev.finspect.fixture.TlsBytes.join;
import static dev.finspect.fixture.TlsBytes.message;
import static dev.finspect.fixture.TlsBytes.record;
import static dev.finspect.fixture.TlsBytes.sealed;
import static dev.finspect.fixture.TlsBytes.serverHello;
import static dev.finspect.fixture.TlsBytes.serverName;
import static dev.finspect.fixture.TlsBytes.version13;
import static dev.finspect.fixture.TlsBytes.versions;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TlsReaderTest {
    private static final TlsStep TLS = new TlsStep.FirstBytesSeen(FirstBytes.TLS);
    private static final TlsStep ENCRYPTED = new TlsStep.EncryptionBegun();
    private static final TlsStep LOST = new TlsStep.NotUnderstood();
    private static final byte[] HELLO =
            clientHello(serverName("DB.Example"), alpn("h2", "http/1.1"), versions(0x0a0a, 0x0304, 0x0303, 0x0304));
    private static final ClientHello OFFER =
            new ClientHello("db.example", List.of("h2", "http/1.1"), List.of(TlsVersion.TLS_1_3, TlsVersion.TLS_1_2));

    private final List<TlsStep> steps = new ArrayList<>();

    private TlsReader client(byte[]... reads) {
        return taking(new TlsReader(true, steps::add), reads);
    }

    private TlsReader server(byte[]... reads) {
        return taking(new TlsReader(false, steps::add), reads);
    }

    private static TlsReader taking(TlsReader reader, byte[]... reads) {
        for (byte[] read : reads) {
            // As in a buffer that others use: neither at its beginning nor to its end.
            ByteBuffer buffer = ByteBuffer.allocateDirect(read.length + 7);
            buffer.put(3, read);
            reader.take(buffer, 3, 3 + read.length);
            assertThat(buffer.position()).isZero();
        }
        return reader;
    }

    @Test
    void aClientHelloInOneReadSaysWhatItOffers() {
        TlsReader reader = client(HELLO, CHANGE_CIPHER_SPEC, sealed(23, 40));
        assertThat(steps).containsExactly(TLS, new TlsStep.ClientHelloSeen(OFFER, HELLO.length, 1), ENCRYPTED);
        assertThat(reader.isOn()).isFalse();
    }

    @Test
    void theJdksOwnClientHelloIsUnderstood() throws Exception {
        SSLEngine engine = SSLContext.getDefault().createSSLEngine();
        engine.setUseClientMode(true);
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setServerNames(List.of(new SNIHostName("jdk.example")));
        parameters.setApplicationProtocols(new String[] {"h2"});
        parameters.setProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
        engine.setSSLParameters(parameters);
        ByteBuffer hello = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
        engine.wrap(ByteBuffer.allocate(0), hello);

        client(Arrays.copyOf(hello.array(), hello.position()));
        assertThat(steps)
                .containsExactly(
                        TLS,
                        new TlsStep.ClientHelloSeen(
                                new ClientHello(
                                        "jdk.example", List.of("h2"), List.of(TlsVersion.TLS_1_3, TlsVersion.TLS_1_2)),
                                hello.position(),
                                1));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5, 9, 40})
    void aHelloInPiecesIsAnnouncedAndCounted(int size) {
        client(pieces(HELLO, size));
        int reads = (HELLO.length + size - 1) / size;
        assertThat(steps.get(0)).isEqualTo(TLS);
        assertThat(steps.get(steps.size() - 1)).isEqualTo(new TlsStep.ClientHelloSeen(OFFER, HELLO.length, reads));
        assertThat(steps).contains(new TlsStep.HelloBegun(HELLO.length));
        assertThat(steps).hasSizeLessThan(6);
    }

    @Test
    void aHelloInSeveralRecordsIsOne() {
        byte[] message = clientHelloMessage(serverName("db.example"), extension(21, new byte[300]));
        byte[] first = record(HANDSHAKE, Arrays.copyOf(message, 100));
        byte[] rest = record(HANDSHAKE, Arrays.copyOfRange(message, 100, message.length));
        client(first, rest);
        assertThat(steps)
                .containsExactly(
                        TLS,
                        new TlsStep.HelloBegun(first.length + rest.length),
                        new TlsStep.ClientHelloSeen(
                                new ClientHello("db.example", List.of(), List.of(TlsVersion.TLS_1_2)),
                                first.length + rest.length,
                                2));
    }

    @Test
    void aServerOfTls12IsFollowedToTheEndOfItsFlight() {
        byte[] hello = serverHello(alpn("h2"));
        server(join(hello, record(HANDSHAKE, message(11, new byte[9_000])), SERVER_HELLO_DONE), CHANGE_CIPHER_SPEC);
        assertThat(steps)
                .containsExactly(
                        TLS,
                        new TlsStep.ServerHelloSeen(new ServerHello(TlsVersion.TLS_1_2, "h2", false), hello.length, 1),
                        new TlsStep.FlightDone(),
                        ENCRYPTED);
    }

    @Test
    void aServerOfTls13IsEncryptedAfterItsHello() {
        byte[] hello = serverHello(version13());
        server(join(hello, CHANGE_CIPHER_SPEC, sealed(23, 900)));
        assertThat(steps)
                .containsExactly(
                        TLS,
                        new TlsStep.ServerHelloSeen(new ServerHello(TlsVersion.TLS_1_3, null, false), hello.length, 1),
                        ENCRYPTED);
    }

    @Test
    void aSecondClientHelloIsReadBehindTheChangeOfCiphers() {
        byte[] retry = helloRetryRequest();
        byte[] hello = serverHello(version13());
        server(join(retry, CHANGE_CIPHER_SPEC), join(hello, CHANGE_CIPHER_SPEC));
        assertThat(steps)
                .containsExactly(
                        TLS,
                        new TlsStep.ServerHelloSeen(new ServerHello(TlsVersion.TLS_1_3, null, true), retry.length, 1),
                        new TlsStep.ServerHelloSeen(new ServerHello(TlsVersion.TLS_1_3, null, false), hello.length, 1),
                        ENCRYPTED);
        steps.clear();

        TlsReader client = client(HELLO);
        client.secondHelloIsDue();
        taking(client, join(CHANGE_CIPHER_SPEC, HELLO), join(CHANGE_CIPHER_SPEC, sealed(23, 60)));
        TlsStep seen = new TlsStep.ClientHelloSeen(OFFER, HELLO.length, 1);
        assertThat(steps).containsExactly(TLS, seen, seen, ENCRYPTED);
    }

    @Test
    void alertsInClearHaveNames() {
        server(alert(1, 112), alert(2, 40), alert(2, 200));
        assertThat(steps)
                .containsExactly(
                        TLS,
                        new TlsStep.AlertSeen(new TlsAlert(false, 112)),
                        new TlsStep.AlertSeen(new TlsAlert(true, 40)),
                        new TlsStep.AlertSeen(new TlsAlert(true, 200)));
        assertThat(new TlsAlert(true, 40).label()).isEqualTo("handshake_failure");
        assertThat(new TlsAlert(true, 200).label()).isEqualTo("alert_200");
    }

    @Test
    void stepsAreBounded() {
        byte[] many = new byte[0];
        for (int i = 0; i < 100; i++) {
            many = join(many, alert(1, 90));
        }
        assertThat(server(many).isOn()).isFalse();
        assertThat(steps).hasSize(16);
    }

    static Stream<Arguments> others() {
        return Stream.of(
                Arguments.of("GET / HTTP/1.1\r\n", FirstBytes.HTTP),
                Arguments.of("HTTP/1.1 400 Bad Request\r\n", FirstBytes.HTTP),
                Arguments.of("GET", FirstBytes.HTTP),
                Arguments.of("PRI * HTTP/2.0", FirstBytes.HTTP),
                Arguments.of("SSH-2.0-x\r\n", FirstBytes.SSH),
                Arguments.of("PROXY TCP4 ", FirstBytes.PROXY_HEADER),
                Arguments.of("\r\n\r\n\0\r\nQUIT\n", FirstBytes.PROXY_HEADER),
                Arguments.of("\0\0\0\10\4\u00d2\26\57", FirstBytes.POSTGRESQL),
                Arguments.of("\0\0\0\10\4", FirstBytes.BINARY),
                Arguments.of("EHLO x\r\n", FirstBytes.TEXT),
                Arguments.of("*", FirstBytes.TEXT),
                Arguments.of("a\177b", FirstBytes.BINARY),
                Arguments.of("\26\2", FirstBytes.BINARY),
                Arguments.of("\200\56\1\3\1", FirstBytes.BINARY),
                Arguments.of("\t\u00e4\u00f6", FirstBytes.TEXT));
    }

    @ParameterizedTest
    @MethodSource("others")
    void otherFirstBytesAreNamedAndNothingAfterThemIsRead(String bytes, FirstBytes what) {
        TlsReader reader = client(bytes.getBytes(StandardCharsets.ISO_8859_1), HELLO);
        assertThat(steps).containsExactly(new TlsStep.FirstBytesSeen(what));
        assertThat(reader.isOn()).isFalse();
        assertThat(what.words()).isNotEmpty();
        assertThat(what.label()).matches("[a-z_]+");
    }

    static Stream<Arguments> broken() {
        byte[] beyond = HELLO.clone();
        beyond[43] = (byte) 200;
        return Stream.of(
                Arguments.of("another version of records", join(HELLO, new byte[] {22, 2, 0, 0, 1, 0})),
                Arguments.of("an unknown type of record", join(HELLO, new byte[] {99, 3, 3, 0, 1, 0})),
                Arguments.of("a type below all", join(HELLO, new byte[] {19, 3, 3, 0, 1, 0})),
                Arguments.of("a record beyond the limit", join(HELLO, new byte[] {22, 3, 3, 127, 0})),
                Arguments.of("an alert within a message", join(new byte[] {22, 3, 3, 0, 2, 1, 0}, alert(2, 40))),
                Arguments.of("half an alert", record(21, new byte[] {2})),
                Arguments.of("an empty hello", record(HANDSHAKE, message(1, new byte[0]))),
                Arguments.of("a hello beyond the limit", record(HANDSHAKE, new byte[] {1, 1, 0, 0})),
                Arguments.of("a length beyond the hello's end", beyond),
                Arguments.of("a hello cut off", record(HANDSHAKE, message(1, new byte[20]))),
                Arguments.of("an extension beyond the end", clientHello(new byte[] {0, 0, 1, 0})),
                Arguments.of("half an extension", clientHello(new byte[] {0, 0, 1})));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("broken")
    void whatCannotBeUnderstoodEndsIt(String name, byte[] bytes) {
        assertThat(client(bytes).isOn()).isFalse();
        assertThat(steps).last().isEqualTo(LOST);
    }

    @Test
    void aServersBrokenHelloEndsItToo() {
        server(record(HANDSHAKE, message(2, new byte[20])));
        server(serverHello(new byte[] {0, 0, 1}));
        server(serverHello(new byte[] {0, 0, 1, 0}));
        assertThat(steps).containsExactly(TLS, LOST, TLS, LOST, TLS, LOST);
    }

    @Test
    void oddNamesAndProtocolsAreReplacedOrLeftOut() {
        assertThat(offer(serverName("a b\n\u00e4"), alpn("\u00aa\u00aa", "JJ", "\2", "", "x y")))
                .isEqualTo(new ClientHello("a?b??", List.of("?", "x?y"), List.of(TlsVersion.TLS_1_2)));
        assertThat(offer(serverName("")).serverName()).isNull();
        assertThat(offer(serverName("x".repeat(256))).serverName()).isNull();
        assertThat(offer(extension(0, new byte[] {0, 5, 1, 0, 2, 'a', 'b'})).serverName())
                .isNull();
        assertThat(offer(extension(0, new byte[] {0, 5, 0, 0, 9, 'a', 'b'})).serverName())
                .isNull();
        assertThat(offer(extension(0, new byte[0]), versions()).versions()).isEmpty();
        assertThat(offer(extension(16, new byte[] {0, 9, 5, 'a'})).protocols()).isEmpty();
        assertThat(offer(extension(16, new byte[0])).protocols()).isEmpty();
        assertThat(offer(alpn("a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q,r".split(","))).protocols())
                .hasSize(16);
        assertThat(offer(versions(0x7f1c, 0x0300)).versions()).containsExactly(TlsVersion.SSL_3);
        assertThat(offer().serverName()).isNull();
    }

    private ClientHello offer(byte[]... extensions) {
        steps.clear();
        client(clientHello(extensions));
        return ((TlsStep.ClientHelloSeen) steps.get(1)).hello();
    }

    @Test
    void anUnknownVersionAndAnOddChoiceOfAServer() {
        server(serverHello(extension(43, new byte[] {127, 28})), serverHello(extension(43, new byte[] {1}), alpn()));
        assertThat(steps)
                .extracting(step -> step instanceof TlsStep.ServerHelloSeen seen ? seen.hello() : null)
                .containsExactly(
                        null, new ServerHello(null, null, false), new ServerHello(TlsVersion.TLS_1_2, null, false));
    }

    @Test
    void noMoreThanTheLimitIsLookedAt() {
        byte[] certificates = message(11, new byte[1 << 20]);
        TlsReader reader = server(serverHello(version13()));
        for (int i = 0; i < 8; i++) {
            taking(reader, record(HANDSHAKE, Arrays.copyOfRange(certificates, i * 16_000, (i + 1) * 16_000)));
        }
        assertThat(reader.isOn()).isFalse();
        assertThat(steps).last().isEqualTo(LOST);
    }

    /** Whatever comes, and however it is cut: the same is understood, nothing is thrown, and steps are few. */
    @Test
    void cutsChangeNothing() {
        Random random = new Random(5);
        byte[] whole = join(HELLO, alert(1, 112), CHANGE_CIPHER_SPEC, sealed(23, 50));
        for (int round = 0; round < 3_000; round++) {
            byte[] bytes = whole.clone();
            for (int i = random.nextInt(4); i > 0; i--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            boolean isClient = random.nextBoolean();
            List<TlsStep> atOnce = new ArrayList<>();
            List<TlsStep> cut = new ArrayList<>();
            taking(new TlsReader(isClient, atOnce::add), bytes);
            taking(new TlsReader(isClient, cut::add), pieces(bytes, 8 + random.nextInt(60)));
            assertThat(understood(cut)).isEqualTo(understood(atOnce));
            assertThat(cut.size()).isLessThanOrEqualTo(25);
        }
    }

    private static List<TlsStep> understood(List<TlsStep> steps) {
        return steps.stream()
                .filter(step -> !(step instanceof TlsStep.HelloBegun))
                .map(step -> step instanceof TlsStep.ClientHelloSeen seen
                        ? new TlsStep.ClientHelloSeen(seen.hello(), seen.bytes(), 1)
                        : step)
                .toList();
    }

    private static byte[][] pieces(byte[] bytes, int size) {
        byte[][] pieces = new byte[(bytes.length + size - 1) / size][];
        for (int i = 0; i < pieces.length; i++) {
            pieces[i] = Arrays.copyOfRange(bytes, i * size, Math.min(bytes.length, (i + 1) * size));
        }
        return pieces;
    }

    @Test
    void theLastRecordShowsHowAPeerEnds() {
        assertThat(last(sealed(21, 26))).isEqualTo(LastRecord.ALERT);
        assertThat(last(join(sealed(23, 400), sealed(21, 18)))).isEqualTo(LastRecord.ALERT);
        assertThat(last(alert(1, 0))).isEqualTo(LastRecord.ALERT);
        assertThat(last(join(sealed(23, 400), sealed(23, 19)))).isEqualTo(LastRecord.SIZE_OF_ALERT);
        assertThat(last(sealed(23, 400))).isEqualTo(LastRecord.OTHER);
        assertThat(last(sealed(23, 22))).isEqualTo(LastRecord.UNKNOWN);
        assertThat(last(new byte[] {21})).isEqualTo(LastRecord.UNKNOWN);
        assertThat(last(join(new byte[100], new byte[] {21, 2, 3, 0, 2, 1, 0}))).isEqualTo(LastRecord.OTHER);
        assertThat(last(join(new byte[100], new byte[] {21, 3, 3, 1, 2, 1, 0}))).isEqualTo(LastRecord.OTHER);
        assertThat(last(join(new byte[100], new byte[] {21, 3, 3, 0, 3, 1, 0}))).isEqualTo(LastRecord.OTHER);
    }

    private static LastRecord last(byte[] bytes) {
        return LastRecord.of(ByteBuffer.wrap(bytes), 0, bytes.length);
    }
}
