package dev.finspect.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.finspect.lab.net.Packet;
import dev.finspect.tcp.TcpFlags;
import java.util.List;

/** Compares the record of a failed connection attempt with what tshark reads from a capture. */
final class AttemptComparison {
    private final String name;
    private final JsonNode attempt;
    private final List<Packet> syns;
    private final List<Packet> answers;

    /**
     * Compares an attempt.
     *
     * @param name for messages
     * @param attempt it in the record
     * @param packets all that tshark read
     */
    AttemptComparison(String name, JsonNode attempt, List<Packet> packets) {
        this.name = name + "attempt";
        this.attempt = attempt;
        long isn = attempt.at("/wire/isn").asLong(-1);
        this.syns = packets.stream()
                .filter(p -> p.segment() && p.has(TcpFlags.SYN) && !p.has(TcpFlags.ACK) && p.sequenceNumber() == isn)
                .toList();
        int port = syns.isEmpty() ? 0 : syns.get(0).sourcePort();
        this.answers = packets.stream()
                .filter(p -> p.ofPort(port) && !syns.contains(p))
                .toList();
    }

    /** Compares the SYNs, their times, and the answer. */
    void judge(Scene scene) {
        assertThat(attempt.at("/result").asText()).as(name).isEqualTo(scene.result());
        assertThat(syns)
                .as(name + " SYNs of tcpdump with the number of " + attempt)
                .isNotEmpty();
        JsonNode port = attempt.at("/network.local.port");
        assertThat(port.isNull() || port.asInt() == syns.get(0).sourcePort())
                .as(name + " local port " + port)
                .isTrue();
        JsonNode wire = attempt.at("/wire");
        LegComparison.near(name + " SYN", wire.at("/syn_at"), syns.get(0));
        assertThat(wire.at("/syn_retransmits").asInt())
                .as(name + " retransmits")
                .isEqualTo(syns.size() - 1);
        assertThat(wire.at("/syn_again_at")).as(name + " again").hasSize(syns.size() - 1);
        for (int i = 1; i < syns.size(); i++) {
            LegComparison.near(name + " SYN " + i, wire.at("/syn_again_at/" + (i - 1)), syns.get(i));
        }
        assertThat(wire.at("/synack_at").isNull()).isTrue();
        answer(wire);
    }

    private void answer(JsonNode wire) {
        List<Packet> resets =
                answers.stream().filter(p -> p.segment() && p.has(TcpFlags.RST)).toList();
        LegComparison.near(name + " RST", wire.at("/refused_at"), resets.isEmpty() ? null : resets.get(0));
        List<Packet> errors = answers.stream().filter(p -> !p.segment()).toList();
        assertThat(wire.at("/icmp/count").asInt(0)).as(name + " ICMP errors").isEqualTo(errors.size());
        if (!errors.isEmpty()) {
            Packet error = errors.get(0);
            JsonNode first = wire.at("/icmp/first");
            LegComparison.near(name + " ICMP", first.at("/at"), error);
            assertThat((Integer) first.at("/type").asInt()).as(name).isEqualTo(error.icmpType());
            assertThat((Integer) first.at("/code").asInt()).as(name).isEqualTo(error.icmpCode());
            assertThat(first.at("/network.peer.address").asText()).as(name).isEqualTo(error.from());
        }
    }
}
