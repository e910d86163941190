package dev.finspect.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.finspect.lab.net.Packet;
import dev.finspect.tcp.TcpFlags;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Compares the record of one leg with what tshark reads from another program's capture. Times of two
 * captures of one packet differ a little: a millisecond is allowed on finspect's own host, and more elsewhere.
 */
final class LegComparison {
    private static final long TOLERANCE_NANOS = 1_000_000;
    private static final long ELSEWHERE_TOLERANCE_NANOS = 250_000_000;
    /** Wireshark's completeness: data was seen. */
    private static final int DATA = 8;

    private final String name;
    private final JsonNode leg;
    private final List<Packet> packets;
    private final int originatorPort;
    private final long toleranceNanos;

    /**
     * Compares a leg.
     *
     * @param name for messages
     * @param leg the leg of the record
     * @param packets all that tshark read
     * @param originatorPort the port from which it was opened
     */
    LegComparison(String name, JsonNode leg, List<Packet> packets, int originatorPort) {
        this(name, leg, packets, originatorPort, TOLERANCE_NANOS);
    }

    /** The same of a capture on the peer's host. */
    static LegComparison elsewhere(String name, JsonNode leg, List<Packet> packets, int originatorPort) {
        return new LegComparison(name, leg, packets, originatorPort, ELSEWHERE_TOLERANCE_NANOS);
    }

    private LegComparison(String name, JsonNode leg, List<Packet> packets, int originatorPort, long toleranceNanos) {
        this.name = name;
        this.leg = leg;
        this.packets = packets.stream()
                .filter(p -> p.segment() && p.ofPort(originatorPort))
                .toList();
        this.originatorPort = originatorPort;
        this.toleranceNanos = toleranceNanos;
    }

    /** The segments, in order. */
    List<Packet> packets() {
        return packets;
    }

    /** Compares every fact that both have. */
    void judge() {
        assertThat(packets).as(name + " of tcpdump").isNotEmpty();
        is("/wire/dropped_packets", 0);
        handshake();
        closing();
        counts();
        // Of the segments with data, lifecycle captures only those that open or close the connection as well.
        boolean dataTold = seesData()
                || packets.stream()
                        .anyMatch(p -> p.payloadBytes() > 0 && p.has(TcpFlags.SYN | TcpFlags.FIN | TcpFlags.RST));
        int told = dataTold ? ~0 : ~DATA;
        assertThat(leg.at("/completeness").asInt())
                .as(name + " completeness")
                .isEqualTo(packets.get(packets.size() - 1).completeness() & told);
    }

    private boolean seesData() {
        return leg.at("/wire/capture").asText().equals("headers");
    }

    private void handshake() {
        Packet syn = first(p -> p.has(TcpFlags.SYN) && !p.has(TcpFlags.ACK)).orElseThrow();
        near("/handshake/syn_at", syn);
        side("/handshake/originator", syn, p -> p.has(TcpFlags.SYN) && !p.has(TcpFlags.ACK));
        Optional<Packet> synAck = first(p -> p.has(TcpFlags.SYN) && p.has(TcpFlags.ACK));
        near("/handshake/synack_at", synAck.orElse(null));
        synAck.ifPresent(
                packet -> side("/handshake/responder", packet, p -> p.has(TcpFlags.SYN) && p.has(TcpFlags.ACK)));
        near(
                "/handshake/ack_at",
                synAck.flatMap(answer -> first(p -> byOriginator(p)
                                && p.has(TcpFlags.ACK)
                                && !p.has(TcpFlags.SYN)
                                && p.atNanos() >= answer.atNanos()))
                        .orElse(null));
    }

    private void side(String side, Packet syn, Predicate<Packet> same) {
        is(side + "/isn", syn.sequenceNumber());
        is(side + "/retransmits", packets.stream().filter(same).count() - 1);
        is(side + "/window_bytes", syn.windowField());
        is(side + "/ttl", syn.ttl());
        number(side + "/mss_bytes", syn.mssBytes());
        number(side + "/window_scale", syn.windowScale());
        assertThat(leg.at(side + "/sack").asBoolean()).as(name + side + "/sack").isEqualTo(syn.sack());
        assertThat(leg.at(side + "/timestamps").asBoolean())
                .as(name + side + "/timestamps")
                .isEqualTo(syn.timestamps());
    }

    /** Every FIN and RST: who, in which order, when, with which number. */
    private void closing() {
        List<String> seen = new ArrayList<>();
        List<Packet> closing = new ArrayList<>();
        for (Packet packet : packets) {
            String word = word(packet);
            boolean again = packet.has(TcpFlags.FIN) && seen.contains(word);
            if (!word.isEmpty() && !again) {
                seen.add(word);
                closing.add(packet);
            }
        }
        List<String> told = new ArrayList<>();
        leg.at("/wire/closing")
                .forEach(each -> told.add(
                        each.at("/by").asText() + " " + each.at("/kind").asText()));
        assertThat(told).as(name + " FINs and RSTs").isEqualTo(seen);
        for (int i = 0; i < closing.size(); i++) {
            near("/wire/closing/" + i + "/at", closing.get(i));
            is("/wire/closing/" + i + "/sequence_number", closing.get(i).sequenceNumber());
            is("/wire/closing/" + i + "/retransmits", again(closing.get(i)));
        }
        for (String by : List.of("peer", "local")) {
            for (String kind : List.of("fin", "rst")) {
                int at = seen.indexOf(by + " " + kind);
                near("/close/" + by + "_" + kind + "/at", at < 0 ? null : closing.get(at));
            }
        }
    }

    /** How often a FIN passed after the first time. */
    private long again(Packet first) {
        return first.has(TcpFlags.RST)
                ? 0
                : packets.stream().filter(p -> word(p).equals(word(first))).count() - 1;
    }

    private String word(Packet packet) {
        String by = byOriginator(packet) == peerIsOriginator() ? "peer " : "local ";
        return packet.has(TcpFlags.RST) ? by + "rst" : packet.has(TcpFlags.FIN) ? by + "fin" : "";
    }

    /** Segments of either end; where those with data were not captured, the pure ACKs alone. */
    private void counts() {
        for (boolean originator : new boolean[] {true, false}) {
            String end = originator == peerIsOriginator() ? "/wire/peer" : "/wire/local";
            List<Packet> sent =
                    packets.stream().filter(p -> byOriginator(p) == originator).toList();
            int control = TcpFlags.SYN | TcpFlags.FIN | TcpFlags.RST;
            is(
                    end + "/pure_acks",
                    sent.stream()
                            .filter(p -> p.has(TcpFlags.ACK) && !p.has(control) && p.payloadBytes() == 0)
                            .count());
            windows(end, sent);
            if (seesData()) {
                is(end + "/segments", sent.size());
                is(
                        end + "/data_segments",
                        sent.stream()
                                .filter(p -> p.payloadBytes() > 0 && !p.has(TcpFlags.RST))
                                .count());
                is(
                        end + "/retransmitted_segments",
                        sent.stream()
                                .filter(p -> p.payloadBytes() > 0 && p.sentAgain())
                                .count());
                is(
                        originator == peerIsOriginator() ? "/data/received_bytes" : "/data/sent_bytes",
                        sent.stream()
                                .filter(p -> !p.sentAgain())
                                .mapToLong(Packet::payloadBytes)
                                .sum());
            }
        }
    }

    /** How often and how long an end offered no window; where data was not captured, from its other segments. */
    private void windows(String end, List<Packet> sent) {
        int control = TcpFlags.SYN | TcpFlags.FIN | TcpFlags.RST;
        long segments = 0;
        long periods = 0;
        long closedNanos = 0;
        long sinceNanos = 0;
        boolean closed = false;
        long lastNanos = 0;
        for (Packet packet : packets) {
            if (seesData() || packet.payloadBytes() == 0 || packet.has(control)) {
                lastNanos = packet.atNanos();
                boolean counts = sent.contains(packet) && !packet.has(TcpFlags.SYN | TcpFlags.RST);
                if (counts && packet.zeroWindow()) {
                    segments++;
                    periods += closed ? 0 : 1;
                    sinceNanos = closed ? sinceNanos : packet.atNanos();
                    closed = true;
                } else if (counts && packet.windowField() > 0) {
                    closedNanos += closed ? packet.atNanos() - sinceNanos : 0;
                    closed = false;
                }
            }
        }
        closedNanos += closed ? lastNanos - sinceNanos : 0;
        is(end + "/zero_window_segments", segments);
        String whose = end.equals("/wire/peer") ? "/data/peer_" : "/data/local_";
        is(whose + "zero_windows", periods);
        assertThat(leg.at(whose + "zero_window_seconds").asDouble())
                .as(name + whose + "zero_window_seconds")
                .isCloseTo(closedNanos / 1e9, within((1 + periods) * toleranceNanos / 1e9));
    }

    private boolean byOriginator(Packet packet) {
        return packet.sourcePort() == originatorPort;
    }

    private boolean peerIsOriginator() {
        return leg.at("/network.peer.port").asInt() == originatorPort;
    }

    private Optional<Packet> first(Predicate<Packet> wanted) {
        return packets.stream().filter(wanted).findFirst();
    }

    private void is(String pointer, long number) {
        assertThat(leg.at(pointer).isNumber() ? leg.at(pointer).asLong() : null)
                .as(name + pointer)
                .isEqualTo(number);
    }

    private void number(String pointer, @Nullable Long number) {
        assertThat(leg.at(pointer).isNumber() ? (Long) leg.at(pointer).asLong() : null)
                .as(name + pointer)
                .isEqualTo(number);
    }

    private void near(String pointer, @Nullable Packet packet) {
        near(name + pointer, leg.at(pointer), packet, toleranceNanos);
    }

    /** The time is that of this packet; absent without one. */
    static void near(String what, JsonNode time, @Nullable Packet packet) {
        near(what, time, packet, TOLERANCE_NANOS);
    }

    private static void near(String what, JsonNode time, @Nullable Packet packet, long toleranceNanos) {
        if (packet == null) {
            assertThat(time.isTextual()).as(what + ": " + time).isFalse();
            return;
        }
        assertThat(time.isTextual()).as(what).isTrue();
        assertThat(nanos(time)).as(what).isCloseTo(packet.atNanos(), within(toleranceNanos));
    }

    static long nanos(JsonNode time) {
        Instant instant = Instant.parse(time.asText());
        return instant.getEpochSecond() * 1_000_000_000L + instant.getNano();
    }
}
