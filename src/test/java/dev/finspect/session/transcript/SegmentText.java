package dev.finspect.session.transcript;

import dev.finspect.tcp.FourTuple;
import dev.finspect.tcp.TcpFlags;
import dev.finspect.wire.TcpOptions;
import dev.finspect.wire.TcpSegment;
import dev.finspect.wire.TcpSegment.Checksum;
import dev.finspect.wire.TcpSegment.Direction;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * A captured segment in a line, after tcpdump: {@code 1200 in if=1 10.0.0.2:40000 > 10.0.0.1:80 SYN seq=7 ack=0 win=64240 len=0
 * ttl=64 ip=60 mss=1460 wscale=7 sackOK ts=9,0}. It begins with nanoseconds since accept(); sequence numbers are signed.
 */
final class SegmentText {
    private static final int FIXED_WORDS = 7;
    private static final Map<String, Integer> FLAGS = Map.of(
            "FIN", TcpFlags.FIN,
            "SYN", TcpFlags.SYN,
            "RST", TcpFlags.RST,
            "PSH", TcpFlags.PSH,
            "ACK", TcpFlags.ACK,
            "URG", TcpFlags.URG,
            "ECE", TcpFlags.ECE,
            "CWR", TcpFlags.CWR,
            "none", 0);

    private SegmentText() {}

    static TcpSegment segment(String line, long startEpochNanos) {
        String[] words = line.split(" ", -1);
        Map<String, String> named = new HashMap<>();
        named.put("if", words[2].substring("if=".length()));
        for (int i = FIXED_WORDS; i < words.length; i++) {
            int equals = words[i].indexOf('=');
            named.put(equals < 0 ? words[i] : words[i].substring(0, equals), words[i].substring(equals + 1));
        }
        int flags = 0;
        for (String flag : words[6].split(",", -1)) {
            flags |= Objects.requireNonNull(FLAGS.get(flag), flag);
        }
        return new TcpSegment(
                startEpochNanos + Long.parseLong(words[0]),
                number(named, "if", 0),
                switch (words[1]) {
                    case "in" -> Direction.INCOMING;
                    case "out" -> Direction.OUTGOING;
                    default -> Direction.UNKNOWN;
                },
                FourTuple.of(TranscriptValues.address(words[3]), TranscriptValues.address(words[5])),
                number(named, "ttl", 0),
                number(named, "ip", 0),
                number(named, "seq", 0),
                number(named, "ack", 0),
                flags,
                number(named, "win", 0),
                number(named, "len", 0),
                number(named, "urg", 0),
                options(named),
                switch (named.getOrDefault("sum", "right").toLowerCase(Locale.ROOT)) {
                    case "wrong" -> Checksum.WRONG;
                    case "unverified" -> Checksum.NOT_VERIFIED;
                    default -> Checksum.RIGHT;
                });
    }

    private static TcpOptions options(Map<String, String> named) {
        String[] stamps = named.getOrDefault("ts", "0,0").split(",", -1);
        return new TcpOptions(
                number(named, "mss", TcpOptions.ABSENT),
                number(named, "wscale", TcpOptions.ABSENT),
                named.containsKey("sackOK"),
                named.containsKey("ts"),
                Integer.parseInt(stamps[0]),
                Integer.parseInt(stamps[1]),
                TcpOptions.Sack.NONE,
                false,
                false,
                false);
    }

    private static int number(Map<String, String> named, String name, int otherwise) {
        String value = named.get(name);
        return value == null ? otherwise : Integer.parseInt(value);
    }
}
