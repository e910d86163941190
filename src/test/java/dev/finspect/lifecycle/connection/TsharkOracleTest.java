package dev.finspect.lifecycle.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.finspect.lifecycle.TimeLimits;
import dev.finspect.tcp.TcpFlags;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Compares times and numbers with those of tshark: SYN, SYN-ACK, round trip, ISNs, SYN retransmits, the order of FINs and RSTs, zero
 * windows, keep-alives, completeness. Known differences are explained where the values are compared.
 */
final class TsharkOracleTest {
    private static final int SYN_ACK = TcpFlags.SYN | TcpFlags.ACK;

    private final OracleFolder folder = OracleFolder.orSkip();
    private final List<String> differences = new ArrayList<>();
    private int streams;

    @Test
    void everyConnectionMatchesTshark() throws IOException, InterruptedException {
        needsTshark();
        for (Path trace : folder.traces()) {
            Map<Integer, List<TsharkFrame>> byStream = new TreeMap<>();
            for (TsharkFrame frame : TsharkFrame.read(trace)) {
                byStream.computeIfAbsent(frame.stream(), key -> new ArrayList<>())
                        .add(frame);
            }
            List<ConnectionFacts> ours =
                    TraceFile.read(trace).connections(TimeLimits.OFF, ServicePorts.WELL_KNOWN, false);
            List<List<ConnectionFacts>> chains = chains(ours);
            compare(trace.getFileName().toString(), "connections", byStream.size(), chains.size());
            for (List<TsharkFrame> frames : byStream.values()) {
                compare(trace.getFileName() + " stream " + frames.get(0).stream(), frames, chains);
            }
        }
        assertThat(streams).as("connections compared").isGreaterThan(80);
        assertThat(differences).isEmpty();
    }

    private static void needsTshark() {
        boolean there = false;
        for (String folder : Objects.requireNonNull(System.getenv("PATH")).split(File.pathSeparator, -1)) {
            there |= Files.isExecutable(Path.of(folder, "tshark"));
        }
        if (!there && "true".equals(System.getenv("CI"))) {
            throw new AssertionError(
                    "CI=true allows no skipping, and this machine lacks tshark. Install it as .ci/run does.");
        }
        assumeTrue(there, "this machine lacks tshark");
    }

    /** tshark keeps a retransmitted SYN in one stream even after an RST; finspect links the two connections. */
    private static List<List<ConnectionFacts>> chains(List<ConnectionFacts> connections) {
        Map<Long, List<ConnectionFacts>> byLast = new LinkedHashMap<>();
        for (ConnectionFacts facts : connections) {
            Continuation continues = facts.continues();
            List<ConnectionFacts> chain =
                    continues != null && continues.sameConnection() ? byLast.remove(continues.earlier()) : null;
            List<ConnectionFacts> longer = chain == null ? new ArrayList<>() : chain;
            longer.add(facts);
            byLast.put(facts.number(), longer);
        }
        return List.copyOf(byLast.values());
    }

    private void compare(String where, List<TsharkFrame> frames, List<List<ConnectionFacts>> chains) {
        TsharkFrame opening = frames.get(0);
        List<ConnectionFacts> chain = null;
        for (List<ConnectionFacts> candidate : chains) {
            ConnectionFacts facts = candidate.get(0);
            Set<Integer> ports =
                    Set.of(facts.tuple().sourcePort(), facts.tuple().destinationPort());
            if (facts.firstAtNanos() == opening.atNanos()
                    && ports.contains(opening.sourcePort())
                    && ports.contains(opening.destinationPort())) {
                chain = candidate;
            }
        }
        if (chain == null) {
            differences.add(where + ": not found");
            return;
        }
        streams++;
        ConnectionFacts facts = chain.get(0);
        handshake(where, frames, facts);
        closing(where, frames, chain);
        completeness(where, frames, chain);
        for (Endpoint end : Endpoint.values()) {
            end(where + " " + end.label(), frames, chain, end);
        }
    }

    private void handshake(String where, List<TsharkFrame> frames, ConnectionFacts facts) {
        HandshakeFacts handshake = facts.handshake();
        compare(where, "SYN", firstTime(frames, TcpFlags.SYN), handshake.synAtNanos());
        compare(where, "SYN-ACK", firstTime(frames, SYN_ACK), handshake.synAckAtNanos());
        long rtt = -1;
        for (TsharkFrame frame : frames) {
            rtt = Math.max(rtt, frame.initialRttNanos());
        }
        Long ours = handshake.roundTripNanos();
        // tshark counts the RST that refuses a SYN as the last segment of the handshake, and ignores round trips of //
        // 0.
        if (handshake.refusedAtNanos() == null && !Objects.equals(ours, 0L)) {
            compare(where, "round trip", rtt < 0 ? null : rtt, ours);
        }
    }

    private static @Nullable Long firstTime(List<TsharkFrame> frames, int synOrSynAck) {
        for (TsharkFrame frame : frames) {
            if ((frame.flags() & SYN_ACK) == synOrSynAck) {
                return frame.atNanos();
            }
        }
        return null;
    }

    private void closing(String where, List<TsharkFrame> frames, List<ConnectionFacts> chain) {
        Set<String> seen = new LinkedHashSet<>();
        List<String> theirs = new ArrayList<>();
        for (TsharkFrame frame : frames) {
            if (frame.has(TcpFlags.FIN) && seen.add("fin " + frame.sourcePort() + " " + frame.finNumber())) {
                theirs.add("fin " + frame.sourcePort() + " " + frame.sequenceNumber() + " " + frame.atNanos());
            }
            if (frame.has(TcpFlags.RST) && seen.add("rst " + frame.sourcePort() + " " + frame.sequenceNumber())) {
                theirs.add("rst " + frame.sourcePort() + " " + frame.sequenceNumber() + " " + frame.atNanos());
            }
        }
        List<String> ours = new ArrayList<>();
        Set<String> told = new LinkedHashSet<>();
        for (ConnectionFacts facts : chain) {
            for (CloseSegment segment : facts.close().order()) {
                int port = segment.sender() == Endpoint.ORIGINATOR
                        ? facts.tuple().sourcePort()
                        : facts.tuple().destinationPort();
                String key = segment.kind().label() + " " + port + " " + segment.closeNumber();
                if (told.add(key)) {
                    ours.add(segment.kind().label() + " " + port + " " + segment.sequenceNumber() + " "
                            + segment.atNanos());
                }
            }
        }
        compare(where, "FINs and RSTs", theirs, ours);
    }

    private void completeness(String where, List<TsharkFrame> frames, List<ConnectionFacts> chain) {
        int theirs = frames.get(frames.size() - 1).completeness();
        int ours = 0;
        for (ConnectionFacts facts : chain) {
            ours |= facts.completeness();
        }
        // tshark reports 0 for a stream of one segment, and ignores the SYN of a stream that another dissector //
        // expected.
        if (frames.size() == 1 && theirs == 0) {
            return;
        }
        if (firstTime(frames, TcpFlags.SYN) != null) {
            theirs |= Completeness.SYN;
        }
        compare(where, "completeness", theirs, ours);
    }

    private void end(String where, List<TsharkFrame> frames, List<ConnectionFacts> chain, Endpoint end) {
        ConnectionFacts facts = chain.get(0);
        int port = end == Endpoint.ORIGINATOR
                ? facts.tuple().sourcePort()
                : facts.tuple().destinationPort();
        Long isn = null;
        long synRetransmits = 0;
        long zeroWindows = 0;
        long keepAlives = 0;
        boolean finished = false;
        for (TsharkFrame frame : frames) {
            if (frame.sourcePort() != port) {
                continue;
            }
            if (frame.has(TcpFlags.SYN)) {
                isn = isn == null ? (Long) frame.sequenceNumber() : isn;
                synRetransmits += frame.retransmission() ? 1 : 0;
            }
            finished |= frame.has(TcpFlags.FIN);
            zeroWindows += frame.zeroWindow() ? 1 : 0;
            // After a FIN, tshark counts every repeated ACK as a keep-alive.
            keepAlives += frame.keepAlive() && !finished ? 1 : 0;
        }
        SynFacts first = facts.of(end).syn();
        SynFacts last = chain.get(chain.size() - 1).of(end).syn();
        compare(where, "ISN", isn, first == null ? null : (Long) first.initialSequenceNumber());
        compare(where, "SYN retransmits", synRetransmits, last == null ? 0L : (long) last.retransmits());
        long ourZeroWindows = 0;
        long ourKeepAlives = 0;
        for (ConnectionFacts part : chain) {
            ourZeroWindows += part.of(end).window().zeroWindows();
            ourKeepAlives += part.of(end).stream().keepAlives();
        }
        compare(where, "zero windows", zeroWindows, ourZeroWindows);
        compare(where, "keep-alives", keepAlives, ourKeepAlives);
    }

    private void compare(String where, String what, @Nullable Object theirs, @Nullable Object ours) {
        if (!Objects.equals(theirs, ours)) {
            differences.add(where + ": " + what + " is " + theirs + " to tshark, " + ours + " here");
        }
    }
}
