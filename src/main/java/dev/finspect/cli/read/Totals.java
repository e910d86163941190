package dev.finspect.cli.read;

import dev.finspect.wire.Undecoded;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Counts of what was read. For one thread. */
public final class Totals {
    private final Map<Undecoded, Long> undecoded = new EnumMap<>(Undecoded.class);
    long packets;
    long segments;
    long icmpErrors;
    long wrongChecksums;
    long connections;
    long joined;
    long ambiguous;
    long evicted;
    long untimed;

    /** Counted by {@link CaptureRun} only. */
    Totals() {}

    /** The number of frames of all files. */
    public long packets() {
        return packets;
    }

    void undecoded(Undecoded reason) {
        undecoded.merge(reason, 1L, Long::sum);
    }

    /** The totals as a line: {@code 12 packets, 10 TCP segments, 2 other (2 not_tcp), 1 connection}. */
    public String line(boolean checksums) {
        List<String> parts = new ArrayList<>();
        parts.add(count(packets, "packet"));
        parts.add(count(segments, "TCP segment"));
        if (icmpErrors > 0) {
            parts.add(count(icmpErrors, "ICMP error"));
        }
        if (!undecoded.isEmpty()) {
            List<String> reasons = new ArrayList<>();
            undecoded.forEach((reason, count) -> reasons.add(grouped(count) + " " + reason.label()));
            long sum = undecoded.values().stream().mapToLong(Long::longValue).sum();
            parts.add(grouped(sum) + " without a segment (" + String.join(", ", reasons) + ")");
        }
        if (wrongChecksums > 0) {
            parts.add(grouped(wrongChecksums) + " with a wrong checksum"
                    + (checksums ? ", ignored (use them with --no-checksums)" : ""));
        }
        parts.add(count(connections, "connection"));
        if (joined > 0) {
            parts.add(count(joined, "session") + " of two legs");
        }
        if (ambiguous > 0) {
            parts.add(grouped(ambiguous) + " not joined, because several matched");
        }
        if (evicted > 0) {
            parts.add(grouped(evicted) + " ended early, because too many were open");
        }
        if (untimed > 0) {
            parts.add(count(untimed, "packet") + " without a timestamp");
        }
        return String.join(", ", parts);
    }

    private static String count(long number, String thing) {
        return grouped(number) + " " + thing + (number == 1 ? "" : "s");
    }

    private static String grouped(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }
}
