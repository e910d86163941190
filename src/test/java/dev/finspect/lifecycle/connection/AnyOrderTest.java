package dev.finspect.lifecycle.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.lifecycle.FlowEndReason;
import dev.finspect.lifecycle.TimeLimits;
import dev.finspect.lifecycle.zeek.ZeekFacts;
import dev.finspect.tcp.TcpFlags;
import dev.finspect.wire.TcpOptions;
import dev.finspect.wire.TcpSegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Arbitrary segments in arbitrary order: nothing throws, and the counts are consistent. */
final class AnyOrderTest {
    private static final TimeLimits SHORT = new TimeLimits(
            Duration.ofMillis(50), Duration.ofMillis(300), Duration.ofMillis(900), Duration.ofMillis(40));

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void countsAreConsistentWithReorderingLossAndRepetition(int seed) {
        Random random = new Random(seed);
        List<TcpSegment> segments = new ArrayList<>(SegmentScript.segments(conversation(random)));
        for (int i = random.nextInt(6); i > 0; i--) {
            segments.remove(random.nextInt(segments.size()));
            segments.add(segments.get(random.nextInt(segments.size())));
        }
        for (int i = random.nextInt(8); i > 0; i--) {
            Collections.swap(segments, random.nextInt(segments.size()), random.nextInt(segments.size()));
        }
        hold(segments, seed % 3 == 0 ? TimeLimits.OFF : seed % 3 == 1 ? TimeLimits.ZEEK : SHORT);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void countsAreConsistentForGarbage(int seed) {
        Random random = new Random(seed);
        int[] numbers = random.ints(3).toArray();
        List<TcpSegment> segments = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            int bytes = random.nextInt(3) == 0 ? random.nextInt(2000) : random.nextInt(2);
            segments.add(new TcpSegment(
                    random.nextInt(5) * 100L * i,
                    0,
                    TcpSegment.Direction.UNKNOWN,
                    random.nextBoolean() ? SegmentScript.TUPLE : SegmentScript.TUPLE.reversed(),
                    random.nextInt(256),
                    40 + bytes,
                    numbers[random.nextInt(3)] + random.nextInt(3000),
                    numbers[random.nextInt(3)] + random.nextInt(3000),
                    (1 << random.nextInt(6)) | (random.nextBoolean() ? TcpFlags.ACK : random.nextInt(512)),
                    random.nextInt(3) * 1000,
                    bytes,
                    0,
                    new TcpOptions(
                            -1, random.nextInt(20) - 1, false, false, 0, 0, TcpOptions.Sack.NONE, false, false, false),
                    random.nextInt(10) == 0 ? TcpSegment.Checksum.WRONG : TcpSegment.Checksum.RIGHT));
        }
        hold(segments, seed % 2 == 0 ? TimeLimits.ZEEK : SHORT);
    }

    private static String conversation(Random random) {
        StringBuilder story = new StringBuilder("0 client SYN ws=3\n1 server SYN ACK ws=4\n2 client ACK\n");
        int at = 3;
        for (int i = 0; i < 20; i++) {
            at += random.nextInt(random.nextInt(10) == 0 ? 8000 : 20);
            String side = random.nextBoolean() ? "client" : "server";
            String words = switch (random.nextInt(8)) {
                case 0 -> "ACK";
                case 1 -> "ACK win=0";
                case 2 -> "ACK 1b";
                case 3 -> "ACK 300b lost";
                case 4 -> "ACK seq=" + (1 + random.nextInt(500)) + " " + random.nextInt(200) + "b";
                default -> "ACK " + random.nextInt(1400) + "b";
            };
            story.append(at).append(' ').append(side).append(' ').append(words).append('\n');
        }
        String[] ends = {"client FIN ACK", "server FIN ACK", "client ACK", "server ACK", "client RST", "server RST ACK"
        };
        for (int i = random.nextInt(6); i > 0; i--) {
            at += random.nextInt(20);
            story.append(at)
                    .append(' ')
                    .append(ends[random.nextInt(ends.length)])
                    .append('\n');
        }
        return story.toString();
    }

    private static void hold(List<TcpSegment> segments, TimeLimits limits) {
        for (ConnectionFacts facts :
                new TraceFile(List.copyOf(segments)).connections(limits, ServicePorts.NONE, true)) {
            hold(facts);
        }
        Connection alone = new Connection(SegmentScript.TUPLE);
        for (TcpSegment segment : segments) {
            alone.segment(
                    segment.tuple().equals(SegmentScript.TUPLE) ? Endpoint.ORIGINATOR : Endpoint.RESPONDER, segment);
            if (segment.payloadBytes() % 4 == 0) {
                hold(alone.facts(FlowEndReason.LIVING));
            }
        }
        ConnectionFacts all = alone.facts(FlowEndReason.CAPTURE_ENDED);
        assertThat(all.originator().stream().segments()
                        + all.responder().stream().segments())
                .isEqualTo(segments.size());
    }

    private static void hold(ConnectionFacts facts) {
        assertThat(facts.firstAtNanos()).isLessThanOrEqualTo(facts.lastAtNanos());
        for (Endpoint end : Endpoint.values()) {
            EndpointFacts endpoint = facts.of(end);
            StreamFacts sent = endpoint.stream();
            assertThat(sent.uniqueBytes()).isBetween(0L, sent.payloadBytes());
            assertThat(sent.uniqueBytes() + sent.retransmittedBytes()).isLessThanOrEqualTo(sent.payloadBytes());
            assertThat(sent.retransmittedSegments() + sent.outOfOrderSegments())
                    .isLessThanOrEqualTo(sent.dataSegments());
            assertThat(sent.missedBytes()).isNotNegative();
            assertThat(sent.unseenBytes()).isNotNegative();
            assertThat(sent.missedGaps() > 0).isEqualTo(sent.missedBytes() > 0);
            assertThat(sent.acknowledgedBytes()).isNotNegative();
            assertThat(sent.dataSegments() + sent.pureAcks()).isLessThanOrEqualTo(sent.segments());
            assertThat(endpoint.bytesAfterPeerFin()).isLessThanOrEqualTo(sent.uniqueBytes());
            assertThat(endpoint.states()).extracting(StateEntry::atNanos).isSorted();
            assertThat(endpoint.states()).extracting(StateEntry::state).doesNotHaveDuplicates();
            assertThat(endpoint.window().zeroWindowPeriods())
                    .isLessThanOrEqualTo(endpoint.window().zeroWindows());
            assertThat(endpoint.window().zeroWindowNanos()).isNotNegative();
        }
        ZeekFacts zeek = facts.zeek();
        assertThat(zeek.connState())
                .isIn("S0", "S1", "SF", "REJ", "S2", "S3", "RSTO", "RSTR", "RSTOS0", "RSTRH", "SH", "SHR", "OTH");
        assertThat(zeek.history()).matches("[SHADFRCTWGIQshadfrctwgiq^]+");
        long segments = facts.originator().stream().segments()
                + facts.responder().stream().segments();
        long wrong = facts.originator().stream().wrongChecksums()
                + facts.responder().stream().wrongChecksums();
        assertThat(zeek.originatorPackets() + zeek.responderPackets())
                .as("Zeek leaves all with a wrong checksum out")
                .isBetween(segments - wrong, segments);
        assertThat(facts.completeness()).isBetween(0, 63);
        assertThat(facts.close().order()).hasSizeLessThanOrEqualTo(CloseFacts.MOST);
    }

    static IntStream seeds() {
        return IntStream.range(0, 200);
    }
}
