package dev.finspect.lifecycle.connection;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.finspect.lifecycle.TimeLimits;
import dev.finspect.lifecycle.zeek.ZeekFacts;
import dev.finspect.tcp.FourTuple;
import dev.finspect.tcp.IpAddress;
import dev.finspect.wire.TcpSegment;
import dev.finspect.wire.capture.ByteSource;
import dev.finspect.wire.capture.CaptureReader;
import dev.finspect.wire.packet.Frame;
import dev.finspect.wire.packet.PacketDecoder;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Compares every row of Zeek's own baselines, field by field: who is the originator, conn_state, history, bytes, packets, duration.
 *
 * <p>One known difference: a packet whose IPv4 header states a length of 0, because of segmentation offload, counts here with
 * its actual length; Zeek adds 0 to ip_bytes.
 */
final class ZeekOracleTest {
    private static final long HALF_MICRO = 500;
    private static final String[] NUMBERS = {
        "missed_bytes", "orig_bytes", "resp_bytes", "orig_pkts", "resp_pkts", "orig_ip_bytes", "resp_ip_bytes"
    };

    private final OracleFolder folder = OracleFolder.orSkip();
    private final Map<List<Object>, List<ConnectionFacts>> runs = new HashMap<>();
    private final Map<Path, Map<FourTuple, Long>> unstated = new HashMap<>();

    @Test
    void everyRowOfTheBaselinesMatches() throws IOException {
        List<JsonNode> rows = folder.rows();
        Map<String, Set<Integer>> loadedPorts = loadedPorts(rows);
        List<String> differences = new ArrayList<>();
        Map<List<Object>, Set<JsonNode>> told = new HashMap<>();
        Map<List<Object>, Set<ConnectionFacts>> taken = new HashMap<>();
        for (JsonNode row : rows) {
            String trace = row.get("trace").asText();
            boolean bare = row.get("bare").asBoolean();
            boolean verify = !row.get("ignore_checksums").asBoolean();
            List<Object> run = List.of(trace, bare, verify);
            JsonNode expected = row.get("expect");
            if (!told.computeIfAbsent(run, key -> new HashSet<>()).add(comparable(expected))) {
                continue; // Two of Zeek's tests have the same connection.
            }
            Set<Integer> ports = bare ? loadedPorts.getOrDefault(trace, Set.of()) : allPorts();
            if (!runs.containsKey(run)) {
                runs.put(
                        run,
                        TraceFile.read(folder.trace(trace))
                                .connections(TimeLimits.ZEEK, ServicePorts.of(ports), verify));
            }
            List<ConnectionFacts> left = new ArrayList<>(runs.get(run));
            left.removeAll(taken.computeIfAbsent(run, key -> new HashSet<>()));
            List<String> best = List.of("no such connection");
            ConnectionFacts found = null;
            for (ConnectionFacts facts : left) {
                List<String> differs = differences(expected, facts.zeek(), unstatedBytes(folder.trace(trace)));
                if (found == null || differs.size() < best.size()) {
                    best = differs;
                    found = facts;
                }
            }
            if (found != null && best.isEmpty()) {
                taken.get(run).add(found);
            } else {
                differences.add(trace + " " + expected + " " + best);
            }
        }
        assertThat(rows).as("rows in the file").hasSizeGreaterThanOrEqualTo(121);
        assertThat(differences).isEmpty();
    }

    /** The row without identifiers that Zeek assigns at random. */
    private static JsonNode comparable(JsonNode expected) {
        ObjectNode copy = expected.deepCopy();
        copy.remove(List.of("uid", "service", "tunnel_parents"));
        return copy;
    }

    private static List<String> differences(JsonNode expected, ZeekFacts zeek, Map<FourTuple, Long> unstatedBytes)
            throws IOException {
        List<String> differs = new ArrayList<>();
        FourTuple tuple = zeek.tuple();
        JsonNode ends = expected.get("endpoints_from_trace");
        if (ends != null) {
            check(differs, "originator", end(ends.get(0), ends.get(1)), end(tuple, true));
            check(differs, "responder", end(ends.get(2), ends.get(3)), end(tuple, false));
        }
        if (expected.has("orig_h")) {
            check(differs, "originator", end(expected.get("orig_h"), expected.get("orig_p")), end(tuple, true));
            check(differs, "responder", end(expected.get("resp_h"), expected.get("resp_p")), end(tuple, false));
        }
        if (expected.has("conn_state")) {
            check(differs, "conn_state", expected.get("conn_state").asText(), zeek.connState());
        }
        if (expected.has("history")) {
            check(differs, "history", expected.get("history").asText(), zeek.history());
        }
        if (expected.has("duration")) {
            JsonNode seconds = expected.get("duration");
            Long nanos = zeek.durationNanos();
            boolean equal = nanos == null
                    ? seconds.isNull()
                    : !seconds.isNull() && Math.abs(seconds.asDouble() * 1e9 - nanos) <= HALF_MICRO;
            if (!equal) {
                differs.add("duration " + seconds + " is " + nanos);
            }
        }
        Long[] ours = {
            zeek.missedBytes(),
            zeek.originatorBytes(),
            zeek.responderBytes(),
            zeek.originatorPackets(),
            zeek.responderPackets(),
            zeek.originatorIpBytes() - unstatedBytes.getOrDefault(tuple, 0L),
            zeek.responderIpBytes() - unstatedBytes.getOrDefault(tuple.reversed(), 0L)
        };
        for (int i = 0; i < NUMBERS.length; i++) {
            JsonNode value = expected.get(NUMBERS[i]);
            if (value != null) {
                check(differs, NUMBERS[i], value.isNull() ? "null" : value.asText(), String.valueOf(ours[i]));
            }
        }
        return differs;
    }

    private static void check(List<String> differs, String name, String expected, String actual) {
        if (!expected.equals(actual)) {
            differs.add(name + " " + expected + " is " + actual);
        }
    }

    private static String end(JsonNode address, JsonNode port) throws IOException {
        return IpAddress.of(InetAddress.getByName(address.asText())).toString() + ' ' + port.asText();
    }

    private static String end(FourTuple tuple, boolean source) {
        return source ? tuple.source() + " " + tuple.sourcePort() : tuple.destination() + " " + tuple.destinationPort();
    }

    /** "Bare" runs of Zeek use only the ports of the protocols that they load: those named in their rows. */
    private Map<String, Set<Integer>> loadedPorts(List<JsonNode> rows) throws IOException {
        JsonNode table = folder.likelyServerPorts();
        Map<String, Set<Integer>> loaded = new HashMap<>();
        for (JsonNode row : rows) {
            JsonNode services = row.get("expect").path("service");
            if (row.get("bare").asBoolean() && services.isTextual()) {
                Set<Integer> ports = loaded.computeIfAbsent(row.get("trace").asText(), key -> new HashSet<>());
                for (String service : services.asText().split(",", -1)) {
                    String protocol = service.replace("-", "").replace("_tcp", "");
                    table.path(protocol).forEach(port -> ports.add(port.asInt()));
                }
            }
        }
        return loaded;
    }

    private Set<Integer> allPorts() throws IOException {
        Set<Integer> ports = new HashSet<>();
        folder.likelyServerPorts().forEach(list -> list.forEach(port -> ports.add(port.asInt())));
        return ports;
    }

    /** Lengths of Ethernet packets whose IPv4 header states none, by direction. */
    private Map<FourTuple, Long> unstatedBytes(Path trace) throws IOException {
        Map<FourTuple, Long> known = unstated.get(trace);
        if (known != null) {
            return known;
        }
        Map<FourTuple, Long> sums = new HashMap<>();
        CaptureReader reader = new CaptureReader(ByteSource.of(ByteBuffer.wrap(Files.readAllBytes(trace))));
        PacketDecoder decoder = PacketDecoder.trustingChecksums();
        while (reader.advance()) {
            Frame frame = reader.frame();
            ByteBuffer bytes = frame.bytes();
            int at = bytes.position();
            boolean unstatedLength = bytes.remaining() > 34
                    && bytes.getShort(at + 12) == 0x0800
                    && bytes.get(at + 14) == 0x45
                    && bytes.getShort(at + 16) == 0;
            if (unstatedLength && decoder.decode(frame) instanceof TcpSegment segment) {
                sums.merge(segment.tuple(), (long) segment.ipBytes(), Long::sum);
            }
        }
        unstated.put(trace, sums);
        return sums;
    }
}
