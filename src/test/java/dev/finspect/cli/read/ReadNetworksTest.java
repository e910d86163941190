package dev.finspect.cli.read;

import static dev.finspect.cli.read.EthernetCapture.ACK;
import static dev.finspect.cli.read.EthernetCapture.SYN;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@code finspect read} of a capture with VLANs: what hangs in one is not taken for what goes on in another. */
final class ReadNetworksTest {
    /** A request in VLAN 10 is never answered; the connection of equal addresses in VLAN 20 goes on. */
    private static EthernetCapture oneHangs() {
        EthernetCapture capture = new EthernetCapture();
        open(capture, 0, 10, 1_000, 5_000);
        open(capture, 1, 20, 900_000, 8_000_000);
        capture.segment(10, 10, true, ACK, 1_001, 5_001, 300).segment(11, 10, false, ACK, 5_001, 1_301, 0);
        for (int i = 0; i < 30; i++) {
            int at = 20 + i * 5_000;
            int asked = 900_001 + i * 100;
            int answered = 8_000_001 + i * 200;
            capture.segment(at, 20, true, ACK, asked, answered, 100)
                    .segment(at + 1, 20, false, ACK, answered, asked + 100, 200)
                    .segment(at + 2, 20, true, ACK, asked + 100, answered + 200, 0);
        }
        return capture;
    }

    private static void open(EthernetCapture capture, int millis, int vlan, int client, int server) {
        capture.segment(millis, vlan, true, SYN, client, 0, 0)
                .segment(millis + 2, vlan, false, SYN | ACK, server, client + 1, 0)
                .segment(millis + 4, vlan, true, ACK, client + 1, server + 1, 0);
    }

    @Test
    void hangInOneVlanIsFoundBesideTheOther() throws IOException {
        List<JsonNode> records = oneHangs().records();
        assertThat(records).hasSize(2);
        JsonNode hangs = records.get(0);
        JsonNode lives = records.get(1);
        assertThat(hangs.at("/client/wire/networks").toString()).isEqualTo("[\"vlan 10\"]");
        assertThat(lives.at("/client/wire/networks").toString()).isEqualTo("[\"vlan 20\"]");
        assertThat(hangs.at("/findings/0/id").asText()).isEqualTo("upstream-silent");
        assertThat(lives.at("/findings")).isEmpty();
        assertThat(lives.at("/client/data/received_bytes").asLong()).isEqualTo(3_000);
    }

    @Test
    void linesSayTheNetwork() {
        assertThat(oneHangs().read("-o", "text").out()).contains("in vlan 10").contains("in vlan 20");
    }
}
