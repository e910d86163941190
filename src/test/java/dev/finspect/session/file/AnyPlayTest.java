package dev.finspect.session.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.fixture.WirePlay;
import dev.finspect.lifecycle.connection.ConnectionFacts;
import dev.finspect.lifecycle.connection.Connections;
import dev.finspect.record.JoinedBy;
import dev.finspect.session.SessionRecord;
import dev.finspect.session.explain.Explanation;
import dev.finspect.session.explain.ExplanationText;
import dev.finspect.wire.TcpSegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever passes between a client, a proxy and a service: it becomes records that can be written. */
final class AnyPlayTest {
    private static final int PLAYS = 400;
    private static final int MOST_STEPS = 14;
    private static final int[] SIZES = {1, 5, 90, 300, 1_448, 20_000};
    private static final long[] PAUSES = {5, 40, 900, 30_000, 1_200_000, 12_000_000, 70_000_000};

    private final List<SessionRecord> records = new ArrayList<>();

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void becomesRecords(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < PLAYS; i++) {
            records.clear();
            play(random);
            assertThat(records).as("play " + i).isNotEmpty().allSatisfy(AnyPlayTest::isTold);
        }
    }

    private static void isTold(SessionRecord record) {
        if (record.closed()) {
            assertThat(record.outcome()).isNotNull();
        }
        assertThat(Objects.requireNonNull(record.diagnosed()).findings()).allSatisfy(each -> {
            assertThat(each.finding().candidates()).isNotEmpty();
            assertThat(each.finding().sinceEpochNanos()).isNotNegative();
        });
        assertThat(ExplanationText.of(Explanation.of(record, List.of()), false)).isNotEmpty();
    }

    private void play(Random random) {
        WirePlay client = WirePlay.of(1, 5_000, 2, 80);
        WirePlay upstream = WirePlay.of(2, 6_000, 3, 8_080);
        long micros = random.nextInt(6) == 0 ? 0 : opened(client, upstream);
        int steps = random.nextInt(MOST_STEPS);
        for (int i = 0; i < steps; i++) {
            micros += PAUSES[random.nextInt(PAUSES.length)];
            int kind = random.nextInt(12);
            boolean byClient = random.nextBoolean();
            int bytes = SIZES[random.nextInt(SIZES.length)];
            if (random.nextInt(10) > 0) {
                step(client, kind, micros, byClient, bytes);
            }
            if (random.nextInt(6) > 0) {
                step(upstream, kind, micros + (random.nextInt(4) == 0 ? 2_000_000 : 10), byClient, bytes);
            }
        }
        WirePlay later = WirePlay.of(9, 7_000, 8, 80).opened(micros + PAUSES[random.nextInt(PAUSES.length)]);
        read(WirePlay.merged(List.of(client, upstream, later)));
    }

    private static long opened(WirePlay client, WirePlay upstream) {
        client.opened(0);
        upstream.opened(20);
        return 50;
    }

    private static void step(WirePlay leg, int kind, long micros, boolean byClient, int bytes) {
        switch (kind) {
            case 0, 1, 2 -> leg.data(micros, byClient, bytes).ack(micros + 1, !byClient);
            case 3 -> leg.data(micros, byClient, bytes);
            case 4 -> leg.ack(micros, byClient).withWindow(0);
            case 5 -> leg.lost(byClient, bytes);
            case 6 -> leg.fin(micros, byClient).ack(micros + 1, !byClient);
            case 7 -> leg.fin(micros, byClient);
            case 8 -> leg.rst(micros, byClient);
            case 9 -> leg.rstWithoutAck(micros, byClient);
            case 10 -> leg.rstAhead(micros, byClient, bytes);
            default -> leg.probe(micros, byClient).ack(micros + 1, !byClient);
        }
    }

    private void read(List<TcpSegment> segments) {
        long end = segments.get(segments.size() - 1).atNanos();
        CapturedRecords captured = new CapturedRecords(WirePlay.START, 0);
        LegJoiner joiner = new LegJoiner(new LegJoiner.Outlet() {
            @Override
            public void alone(ConnectionFacts facts, boolean ambiguous) {
                records.add(captured.alone(facts, end));
            }

            @Override
            public void joined(ConnectionFacts client, ConnectionFacts upstream) {
                records.add(captured.joined(new JoinedLegs(client, upstream), JoinedBy.SEGMENTS, end));
            }
        });
        Connections connections = new Connections(WirePlay.settings(), joiner::finished);
        for (TcpSegment segment : segments) {
            captured.segment(segment);
            connections.segment(segment);
            joiner.segment(segment);
        }
        connections.finish();
        joiner.finish();
    }
}
