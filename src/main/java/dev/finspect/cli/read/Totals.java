package dev.finspect.cli.read;

import dev.finspect.wire.Undecoded;
import dev.finspect.wire.packet.LinkType;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Counts of what was read. For one thread. */
public final class Totals {
    private final Map<Undecoded, Long> undecoded = new EnumMap<>(Undecoded.class);
    /** Different link types that are remembered. */
    private static final int MOST_UNKNOWN = 16;

    private final Set<Integer> unknown = new TreeSet<>();
    long packets;
    long segments;
    long icmpErrors;
    long wrongChecksums;
    long connections;
    long joined;
    long ambiguous;
    long evicted;
    long untimed;
    long fragments;
    long incomplete;

    /** Counted by {@link CaptureRun} only. */
    Totals() {}

    /** The number of frames of all files. */
    public long packets() {
        return packets;
    }

    void undecoded(Undecoded reason, LinkType linkType) {
        if (reason == Undecoded.FRAGMENT) {
            fragments++;
            return;
        }
        undecoded.merge(reason, 1L, Long::sum);
        if (reason == Undecoded.UNKNOWN_LINK_TYPE && unknown.size() < MOST_UNKNOWN) {
            unknown.add(linkType.number());
        }
    }

    /** Whether there were packets, and all of link types that are not read. */
    public boolean nothingKnown() {
        return packets > 0 && undecoded.getOrDefault(Undecoded.UNKNOWN_LINK_TYPE, 0L) == packets;
    }

    /** The link types that are not read: {@code link type 127 (802.11 with radiotap)}. */
    public String unknownLinkTypes() {
        return (unknown.size() == 1 ? "link type " : "link types ")
                + unknown.stream()
                        .map(number -> new LinkType(number).described())
                        .collect(Collectors.joining(", "));
    }

    /** The totals as a line: {@code 12 packets, 10 TCP segments, 2 other (2 not_tcp), 1 connection}. */
    public String line(boolean checksums) {
        List<String> parts = new ArrayList<>();
        parts.add(count(packets, "packet"));
        parts.add(count(segments, "TCP segment"));
        if (fragments > 0) {
            parts.add(count(fragments, "more fragment"));
        }
        if (incomplete > 0) {
            parts.add(count(incomplete, "segment") + " of which fragments are missing");
        }
        if (icmpErrors > 0) {
            parts.add(count(icmpErrors, "ICMP error"));
        }
        if (!undecoded.isEmpty()) {
            List<String> reasons = new ArrayList<>();
            undecoded.forEach((reason, count) -> reasons.add(grouped(count) + " " + reason.label()
                    + (reason == Undecoded.UNKNOWN_LINK_TYPE ? ": " + unknownLinkTypes() : "")));
            long sum = undecoded.values().stream().mapToLong(Long::longValue).sum();
            parts.add(grouped(sum) + " without a segment (" + String.join(", ", reasons) + ")");
        }
        if (wrongChecksums > 0) {
            parts.add(grouped(wrongChecksums) + " with a wrong checksum"
                    + (checksums
                            ? ", ignored unless their host offloads checksums (use all with --no-checksums)"
                            : ""));
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

    static String count(long number, String thing) {
        return grouped(number) + " " + thing + (number == 1 ? "" : "s");
    }

    private static String grouped(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }
}
