package dev.finspect.session.passive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.diagnose.Thresholds;
import dev.finspect.fixture.WirePlay;
import dev.finspect.session.SessionRecord;
import dev.finspect.session.kept.KeptCapture;
import dev.finspect.session.kept.KeptSegment;
import dev.finspect.session.watch.DiagnosisSettings;
import dev.finspect.tcp.Leg;
import dev.finspect.wire.TcpSegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Headers are kept of each connection of others, while it lives and after it, and of no other with it. */
final class PassiveHeadersTest {
    private static final Duration SHORT = Duration.ofSeconds(2);
    private static final Duration OVER = Duration.ofSeconds(10);

    private final PassiveScene scene = new PassiveScene();

    private static WirePlay asked(int port) {
        return WirePlay.of(1, port, 2, 80)
                .opened(port)
                .data(port + 50, true, 50)
                .ack(port + 51, false);
    }

    private List<KeptCapture> kept(int number) {
        return scene.connections.kept(scene.opened.get(number).id());
    }

    private static List<Long> times(List<KeptCapture> kept) {
        return kept.stream()
                .flatMap(leg -> leg.segments().stream())
                .map(KeptSegment::atNanos)
                .toList();
    }

    private static List<Long> times(WirePlay play) {
        return play.segments().stream().map(TcpSegment::atNanos).toList();
    }

    @Test
    void livingSessionHasItsOwnSegmentsAndKeepsThemWhenItIsOver() {
        WirePlay one = asked(1_000);
        WirePlay other = asked(1_010);
        scene.play(one, other).rest(SHORT);

        assertThat(kept(0)).extracting(KeptCapture::leg).containsExactly(Leg.CLIENT);
        List<List<Long>> both = List.of(times(kept(0)), times(kept(1)));
        assertThat(both).containsExactlyInAnyOrder(times(one), times(other));

        WirePlay end = asked(1_000).rst(3_000_000, false);
        scene.segments(end.segments().subList(5, 6)).rest(OVER);

        SessionRecord closed = scene.closed.get(0);
        assertThat(times(scene.connections.kept(closed.identity().id()))).containsExactlyElementsOf(times(end));
        assertThat(scene.connections.kept("nobody")).isEmpty();
        assertThat(scene.connections.keptLiving()).isEqualTo(1);
    }

    @Test
    void connectionOfTheSamePortsHasAFileOfItsOwn() {
        WirePlay first = WirePlay.of(1, 5_000, 2, 80).opened(0).closed(100);
        WirePlay second = WirePlay.of(1, 5_000, 2, 80).synOf(2_000_000, 77).rst(2_000_100, false);
        scene.play(first, second).rest(OVER);

        assertThat(scene.closed).hasSize(2);
        assertThat(times(scene.connections.kept(scene.closed.get(0).identity().id())))
                .containsExactlyElementsOf(times(first));
        assertThat(times(scene.connections.kept(scene.closed.get(1).identity().id())))
                .containsExactlyElementsOf(times(second));
        assertThat(scene.connections.keptLiving()).isZero();
    }

    @Test
    void icmpErrorsAreKeptWithTheConnectionThatTheyQuoteAndOthersNowhere() {
        WirePlay one = WirePlay.of(1, 5_000, 2, 80).syn(0);
        scene.play(one);
        scene.connections.icmpError(one.unreachable(200), new byte[36]);
        scene.connections.icmpError(asked(1_000).unreachable(201), new byte[36]);
        scene.rest(SHORT);

        assertThat(kept(0))
                .singleElement()
                .satisfies(leg -> assertThat(leg.segments())
                        .extracting(segment -> segment.headers().length)
                        .containsExactly(0, 36));
        assertThat(scene.connections.keptLiving()).isEqualTo(1);
    }

    @Test
    void packetsThatTheCaptureLostAreCountedWithThoseThatLivedThen() {
        scene.play(asked(1_000)).rest(SHORT);
        scene.connections.dropped(7, WirePlay.START + 1_010_000, WirePlay.START + 1_020_000);
        assertThat(kept(0)).extracting(KeptCapture::dropped).containsExactly(7L);

        scene.end();
        assertThat(kept(0)).extracting(KeptCapture::dropped).containsExactly(7L);
    }

    /** Some are let go, some never looked at, some refused, and the rest ends with the capture. */
    @Test
    void nothingIsLeftOfThoseThatHaveALastRecordAndMemoryHasABound() {
        PassiveScene few = new PassiveScene(
                new DiagnosisSettings(true, Thresholds.STANDARD.after(SHORT)), 20, tuple -> true, Duration.ZERO);
        List<WirePlay> plays = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            WirePlay play = WirePlay.of(1, 10_000 + i, 2, 80).opened(i * 1_000L);
            for (int j = 0; j < 40; j++) {
                play.data(i * 1_000L + 10 + j, true, 10);
            }
            plays.add(i % 3 == 0 ? play.rst(i * 1_000L + 60, false) : play);
        }
        few.play(plays.toArray(WirePlay[]::new)).rest(SHORT);
        assertThat(few.connections.keptLiving()).isBetween(1, 20);
        few.end();

        assertThat(few.closed).hasSize(2_000);
        assertThat(few.connections.keptLiving()).isZero();
        List<Boolean> isKept = few.closed.stream()
                .map(each -> !few.connections.kept(each.identity().id()).isEmpty())
                .toList();
        assertThat(isKept.get(0)).as("the oldest makes room").isFalse();
        assertThat(isKept.get(1_999)).isTrue();
        assertThat(isKept.stream().filter(each -> each).count() * 43 * 19).isLessThan(PassiveScene.KEPT_BYTES / 4);
    }

    /** What made room is used again, without a packet of the former connection. */
    @Test
    void manyShortConnectionsHaveEachItsOwnSegments() {
        PassiveScene many = new PassiveScene(
                new DiagnosisSettings(true, Thresholds.STANDARD.after(SHORT)), 20, tuple -> true, Duration.ZERO);
        List<WirePlay> plays = new ArrayList<>();
        for (int i = 0; i < 3_000; i++) {
            plays.add(WirePlay.of(1, 10_000 + i, 2, 80).opened(i * 1_000L).rst(i * 1_000L + 60, false));
        }
        many.play(plays.toArray(WirePlay[]::new)).end();

        for (SessionRecord closed : many.closed.subList(2_900, 3_000)) {
            WirePlay own = plays.get(closed.identity().client().getPort() - 10_000);
            assertThat(times(many.connections.kept(closed.identity().id()))).containsExactlyElementsOf(times(own));
        }
        assertThat(many.connections.kept(many.closed.get(0).identity().id())).isEmpty();
    }

    @Test
    void fileSaysFromWhomToWhomAConnectionGoes() {
        scene.play(asked(1_000)).rest(SHORT).end();

        SessionRecord record = scene.closed.get(0);
        assertThat(scene.interfaces(record)).containsExactly("originator to responder");
    }
}
