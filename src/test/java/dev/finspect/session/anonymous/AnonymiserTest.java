package dev.finspect.session.anonymous;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.finspect.log.RandomRecords;
import dev.finspect.log.SampleRecords;
import dev.finspect.log.json.JsonExplanation;
import dev.finspect.log.json.JsonRecordEncoder;
import dev.finspect.log.text.TextLine;
import dev.finspect.record.LegRecord;
import dev.finspect.record.PeerSocket;
import dev.finspect.session.SessionRecord;
import dev.finspect.session.explain.Explanation;
import dev.finspect.session.explain.ExplanationText;
import dev.finspect.session.kept.CaptureExport;
import dev.finspect.session.kept.KeptCapture;
import dev.finspect.session.kept.KeptSegment;
import dev.finspect.tcp.IpAddress;
import dev.finspect.tcp.Leg;
import dev.finspect.wire.TcpSegment.Direction;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nothing of the real addresses and names is left in any output, and the same is always replaced by the same. */
final class AnonymiserTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {21, 22, 23, 24})
    void noAddressAndNoNameIsLeft(long seed) throws Exception {
        RandomRecords records = new RandomRecords(seed);
        Anonymiser anonymiser = new Anonymiser();
        for (int i = 0; i < 100; i++) {
            SessionRecord real = records.next();
            SessionRecord other = anonymiser.record(real);
            List<String> outputs = List.of(
                    new String(anonymiser.text(new JsonRecordEncoder().encode(other)), StandardCharsets.UTF_8),
                    anonymiser.text(new TextLine(false, () -> 0).text(other)),
                    anonymiser.text(ExplanationText.of(Explanation.of(other, List.of()), false)),
                    new String(
                            anonymiser.text(new JsonExplanation().one(Explanation.of(other, List.of()))),
                            StandardCharsets.UTF_8));
            Set<InetAddress> addresses = addresses(real);
            for (String output : outputs) {
                assertThat(literals(output)).doesNotContainAnyElementsOf(addresses);
                assertThat(names(real))
                        .allSatisfy(name -> assertThat(strings(output)).doesNotContain(name));
            }
            assertThat(JSON.readTree(outputs.get(0)).isObject()).isTrue();
        }
    }

    @Test
    void theSameBecomesTheSameAndPortsStay() {
        Anonymiser anonymiser = new Anonymiser();
        String text = anonymiser.text("10.0.0.1:5432 -> [fd00::1]:80, 10.0.0.2:1, 10.0.0.1:9, [fd00::1]:81, 0.0.0.0:1");
        assertThat(text)
                .isEqualTo("192.0.2.1:5432 -> [2001:db8::1]:80, 192.0.2.2:1, 192.0.2.1:9, [2001:db8::1]:81, 0.0.0.0:1");
        assertThat(anonymiser.text("10.0.0.2")).isEqualTo("192.0.2.2");
    }

    @Test
    void timesVersionsAndIdsAreNoAddresses() {
        String text = "2026-01-02T03:04:05.123456789Z 03:04:05 1.2.3 300.1.2.3 1.2.3.4.5 add: cafe :: 12:34 01K8:ZQ";
        assertThat(new Anonymiser().text(text)).isEqualTo(text);
    }

    @Test
    void addressesOfDocumentationThatAreRealAreReplacedByOthers() {
        Anonymiser anonymiser = new Anonymiser();
        assertThat(anonymiser.text("192.0.2.1 192.0.2.2"))
                .isNotEqualTo("192.0.2.1 192.0.2.2")
                .doesNotContain("192.0.2.1 ");
    }

    @Test
    void moreAddressesThanDocumentationHasStayDistinct() {
        Pseudonyms pseudonyms = new Pseudonyms();
        Set<IpAddress> others = new LinkedHashSet<>();
        int all = 140_000;
        for (int i = 0; i < all; i++) {
            others.add(pseudonyms.address(IpAddress.v4(0x0a000000 + i)));
        }
        assertThat(others).hasSize(all);
    }

    @Test
    void hostsOfFailedConnectsAreNamedAnew() {
        Anonymiser anonymiser = new Anonymiser();
        SessionRecord other =
                anonymiser.record(SampleRecords.connectFailed("01", "db", "pg.example", "no answer from pg.example"));
        String line = anonymiser.text(new TextLine(false, () -> 0).text(other));
        assertThat(line)
                .contains("host-1.example:5432", "host-1.example failed: no answer")
                .doesNotContain("pg.example");
    }

    @Test
    void exportsHaveOtherAddressesInPacketsAndComment() {
        byte[] syn = HexFormat.of()
                .parseHex("4500003ca9354000400693847f0000017f000001" + "d3e480addd114aea00000000a002ffd7fe300000"
                        + "0204ffd70402080a1ab3bdeb000000000103030a");
        KeptCapture leg =
                new KeptCapture(Leg.CLIENT, List.of(new KeptSegment(1, 0, Direction.INCOMING, 60, syn)), 0, 0);
        Anonymiser anonymiser = new Anonymiser();
        SessionRecord record = anonymiser.record(SampleRecords.troubled("01"));
        byte[] file = new CaptureExport("finspect")
                .pcapng(anonymiser.packets(List.of(leg)), record, anonymiser::text)
                .orElseThrow();
        String hex = HexFormat.of().formatHex(file);
        assertThat(hex).doesNotContain("7f000001").contains("c0000201");
        assertThat(new String(file, StandardCharsets.ISO_8859_1)).doesNotContain("127.0.0.1");
        assertThat(syn[12]).as("what is kept is not changed").isEqualTo((byte) 0x7f);
    }

    /** Every address of the record, but those that name nobody. */
    private static Set<InetAddress> addresses(SessionRecord record) {
        Set<InetAddress> addresses = new LinkedHashSet<>();
        Stream.Builder<InetSocketAddress> ends = Stream.builder();
        ends.add(record.identity().client())
                .add(record.identity().accepted())
                .add(record.identity().listener());
        for (Leg leg : Leg.values()) {
            LegRecord one = record.leg(leg);
            Stream.of(one.peer(), one.local()).forEach(end -> addIfKnown(ends, end));
            one.attempts().forEach(each -> {
                addIfKnown(ends, each.address());
                addIfKnown(ends, each.local());
            });
        }
        ends.build()
                .map(InetSocketAddress::getAddress)
                .filter(each -> each != null && !each.isAnyLocalAddress())
                .forEach(addresses::add);
        return addresses;
    }

    private static void addIfKnown(Stream.Builder<InetSocketAddress> ends, @Nullable InetSocketAddress end) {
        if (end != null) {
            ends.add(end);
        }
    }

    private static List<String> names(SessionRecord record) {
        List<String> names = new ArrayList<>();
        for (Leg leg : Leg.values()) {
            record.leg(leg).lookups().forEach(each -> names.add(each.name()));
            PeerSocket socket = record.leg(leg).peerSocket();
            if (socket != null && socket.program() != null) {
                names.add(socket.program());
            }
        }
        // Texts of a letter or two stand in words of the output by chance.
        names.removeIf(each -> each.length() < 4 || each.matches("[0-9.:]+"));
        return names;
    }

    /** All addresses in a text, found in another way than the anonymiser does. */
    private static Set<InetAddress> literals(String text) {
        Set<InetAddress> found = new LinkedHashSet<>();
        Matcher words = Pattern.compile("[0-9A-Fa-f:.]{2,}").matcher(text);
        while (words.find()) {
            String word = words.group().replaceAll("^[.]+|[.]+$", "");
            for (String part : List.of(word, word.replaceFirst(":[0-9]+$", ""))) {
                byte[] address = NetUtil.createByteArrayFromIpAddressString(part);
                if (address != null) {
                    found.add(java(address));
                }
            }
        }
        return found;
    }

    private static InetAddress java(byte[] address) {
        try {
            return InetAddress.getByAddress(address);
        } catch (java.net.UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    /** The strings of a JSON document; the words of any other text. */
    private static Set<String> strings(String output) {
        Set<String> strings = new LinkedHashSet<>();
        try {
            collect(JSON.readTree(output), strings);
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            strings.addAll(List.of(output.split("\\s+", -1)));
        }
        return strings;
    }

    private static void collect(JsonNode node, Set<String> into) {
        if (node.isTextual()) {
            into.add(node.asText());
        }
        node.forEach(child -> collect(child, into));
    }
}
