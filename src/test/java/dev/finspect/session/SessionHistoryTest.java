package dev.finspect.session;

import static dev.finspect.tcp.Leg.CLIENT;
import static dev.finspect.tcp.Leg.UPSTREAM;
import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.fixture.Info;
import dev.finspect.fixture.Lookups;
import dev.finspect.fixture.SessionPlay;
import dev.finspect.fixture.WirePlay;
import dev.finspect.lifecycle.connection.Endpoint;
import dev.finspect.record.CaptureMode;
import dev.finspect.record.LegWire;
import dev.finspect.record.Lookup;
import dev.finspect.session.watch.ChangeQueue;
import dev.finspect.session.watch.WatchedSession;
import dev.finspect.tcp.ConnectResult;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.TcpState;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The bounded history of closed sessions. */
final class SessionHistoryTest {
    @Test
    void latestComeFirstAndTheOldestGoByCount() {
        SessionHistory history = new SessionHistory(2);
        for (String id : List.of("a", "b", "c")) {
            keep(history, ended(id));
        }
        assertThat(history.latest(10)).extracting(r -> r.identity().id()).containsExactly("c", "b");
        assertThat(history.latest(1)).extracting(r -> r.identity().id()).containsExactly("c");
        assertThat(history.find("b")).isPresent();
        assertThat(history.find("a")).isEmpty();
    }

    @Test
    void historyThatIsMadeShorterForgetsTheOldestAtOnceAndCanGrowAgain() {
        SessionHistory history = new SessionHistory(3);
        for (String id : List.of("a", "b", "c")) {
            keep(history, ended(id));
        }
        history.capacity(1);
        assertThat(history.latest(10)).extracting(r -> r.identity().id()).containsExactly("c");
        history.capacity(0);
        keep(history, ended("d"));
        assertThat(history.latest(10)).isEmpty();
        assertThat(history.heldBytes()).isZero();
        history.capacity(2);
        for (String id : List.of("e", "f", "g")) {
            keep(history, ended(id));
        }
        assertThat(history.latest(10)).extracting(r -> r.identity().id()).containsExactly("g", "f");
    }

    @Test
    void oldestGoByBytesUntilTheNewestFits() {
        long one = ended("a").estimateBytes();
        SessionHistory history = new SessionHistory(100, 3 * one);
        for (String id : List.of("a", "b", "c")) {
            keep(history, ended(id));
        }
        assertThat(history.heldBytes()).isEqualTo(3 * one);
        keep(history, ended("long", "x".repeat((int) one / 4)));
        assertThat(history.latest(10)).extracting(r -> r.identity().id()).containsExactly("long", "c");
        assertThat(history.heldBytes()).isBetween(2 * one, 3 * one);
    }

    @Test
    void recordLargerThanTheWholeHistoryIsNotKeptAndDrivesNothingOut() {
        SessionHistory history = new SessionHistory(100, 2 * ended("a").estimateBytes());
        keep(history, ended("a"));
        keep(history, ended("huge", "x".repeat(20_000)));
        assertThat(history.latest(10)).extracting(r -> r.identity().id()).containsExactly("a");
    }

    @Test
    void historyOfNothingKeepsNothing() {
        SessionHistory none = new SessionHistory(0);
        keep(none, ended("a"));
        assertThat(none.latest(10)).isEmpty();
        assertThat(none.heldBytes()).isZero();
        SessionHistory noBytes = new SessionHistory(10, 0);
        keep(noBytes, ended("a"));
        assertThat(noBytes.latest(10)).isEmpty();
    }

    @Test
    void longHistoryIsReadBackwardsInPartsWhileSessionsGoOnEnding() {
        SessionHistory history = new SessionHistory(300);
        for (int i = 0; i < 400; i++) {
            keep(history, ended("a" + i));
        }
        List<String> read = new ArrayList<>();
        SessionHistory.Older some = history.older(SessionHistory.FROM_LATEST);
        while (!some.sessions().isEmpty()) {
            assertThat(some.sessions()).hasSizeLessThanOrEqualTo(64);
            some.sessions().forEach(each -> read.add(each.identity().id()));
            keep(history, ended("late" + read.size()));
            some = history.older(some.before());
        }
        assertThat(some.before()).isZero();
        // Five more have ended while it was read, for which the five oldest had to go.
        assertThat(read)
                .containsExactlyElementsOf(IntStream.iterate(399, i -> i >= 104, i -> i - 1)
                        .mapToObj(i -> "a" + i)
                        .toList());
        assertThat(history.find("a105")).isPresent();
        assertThat(history.find("a103")).isEmpty();
    }

    @Test
    void whatWentWrongStaysWhileThousandsEndInOrder() {
        SessionHistory history = new SessionHistory(10);
        List<String> wrong = List.of("wrong1", "wrong2", "wrong3", "wrong4", "wrong5");
        keep(history, ended("wrong1"));
        keep(history, ended("wrong2"));
        for (int i = 0; i < 3_000; i++) {
            keep(history, endedInOrder("good" + i, false));
            if (i % 1_000 == 500) {
                keep(history, ended(wrong.get(2 + i / 1_000)));
            }
        }
        assertThat(ids(history))
                .containsExactly(
                        "good2999",
                        "good2998",
                        "good2997",
                        "good2996",
                        "good2995",
                        "wrong5",
                        "wrong4",
                        "wrong3",
                        "wrong2",
                        "wrong1");
        assertThat(history.find("wrong1")).isPresent();
    }

    @Test
    void whatEndedInOrderHasAQuarterOfThePlacesWhereTheyAreShort() {
        SessionHistory history = new SessionHistory(4);
        for (int i = 0; i < 9; i++) {
            keep(history, ended("wrong" + i));
        }
        assertThat(ids(history)).containsExactly("wrong8", "wrong7", "wrong6", "wrong5");
        keep(history, endedInOrder("good0", false));
        keep(history, ended("wrong9"));
        keep(history, endedInOrder("good1", false));
        assertThat(ids(history)).containsExactly("good1", "wrong9", "wrong8", "wrong7");
        keep(history, endedInOrder("good2", false));
        assertThat(ids(history)).containsExactly("good2", "wrong9", "wrong8", "wrong7");
        keep(history, ended("wrong10"));
        assertThat(ids(history)).containsExactly("wrong10", "wrong9", "wrong8", "wrong7");
    }

    @Test
    void outageAfterManyCapturedSessionsThatEndedInOrderKeepsItsLatest() {
        long one = endedInOrder("a", true).estimateBytes();
        SessionHistory history = new SessionHistory(100, 200 * one);
        for (int i = 0; i < 40; i++) {
            keep(history, endedInOrder("good" + i, true));
        }
        for (int i = 0; i < 300; i++) {
            keep(history, ended("wrong" + i));
        }
        assertThat(ids(history)).hasSize(100).startsWith("wrong299", "wrong298").doesNotContain("good0");
        assertThat(ids(history).stream().filter(id -> id.startsWith("wrong"))).hasSizeGreaterThanOrEqualTo(75);
    }

    @Test
    void requestThatWasNeverAnsweredDidNotEndInOrder() {
        SessionPlay play = SessionPlay.connected().relayed(CLIENT, 40).after(1);
        play.fin(CLIENT)
                .after(2)
                .shut(UPSTREAM)
                .after(3)
                .fin(UPSTREAM)
                .shut(CLIENT)
                .ended();
        assertThat(play.watched.endedInOrder()).isFalse();
        assertThat(endedInOrder("b", false).endedInOrder()).isTrue();
    }

    @Test
    void sessionsThatEndedInOrderHaveAQuarterOfTheBytes() {
        long one = endedInOrder("a", true).estimateBytes();
        SessionHistory history = new SessionHistory(1_000, 16 * one);
        for (int i = 0; i < 9; i++) {
            keep(history, endedInOrder("good" + i, true));
        }
        assertThat(ids(history)).containsExactly("good8", "good7", "good6", "good5");
        for (int i = 0; i < 60; i++) {
            keep(history, ended("wrong" + i));
        }
        assertThat(history.heldBytes()).isLessThanOrEqualTo(16 * one);
        assertThat(ids(history)).contains("good8", "wrong0", "wrong59");
    }

    @Test
    void ringThatGrowsAfterItHasTurnedKeepsTheOrder() {
        SessionHistory history = new SessionHistory(50);
        for (int i = 0; i < 70; i++) {
            keep(history, ended("a" + i));
        }
        history.capacity(200);
        for (int i = 70; i < 230; i++) {
            keep(history, ended("a" + i));
        }
        assertThat(ids(history))
                .containsExactlyElementsOf(IntStream.iterate(229, i -> i >= 30, i -> i - 1)
                        .mapToObj(i -> "a" + i)
                        .toList());
    }

    @Test
    void placeThatHasGoneIsTheEnd() {
        SessionHistory history = new SessionHistory(2);
        keep(history, ended("a"));
        keep(history, ended("b"));
        long before = history.older(SessionHistory.FROM_LATEST).before();
        assertThat(before).isZero();
        assertThat(history.older(before).sessions()).isEmpty();
    }

    @Test
    void rowOfALivingSessionIsThatOfItsRecord() {
        SessionPlay play = SessionPlay.connected();
        assertThat(play.after(1).watched.row(play.nowNanos))
                .isEqualTo(SessionRow.of(play.watched.record(play.nowNanos)));
        play.relayed(CLIENT, 400).after(10).relayed(UPSTREAM, 10).after(5);
        SessionRow row = play.watched.row(play.nowNanos);
        assertThat(row).isEqualTo(SessionRow.of(play.watched.record(play.nowNanos)));
        assertThat(row.hungSinceEpochNanos()).isEqualTo(Long.MAX_VALUE);
        assertThat(row.client().receivedBytes()).isEqualTo(400);
    }

    @Test
    void livingSessionsAreNotKept() {
        SessionHistory history = new SessionHistory(10);
        WatchedSession living = new WatchedSession(identity("a"), history, null);
        living.happened(new SessionEvent.FirstByte(SessionPlay.START_NANOS, CLIENT));
        assertThat(history.latest(10)).isEmpty();
    }

    @Test
    void keptSessionGivesTheRecordThatWasWrittenAtItsEnd() {
        SessionPlay play = full();
        SessionRecord written = play.closed.get(0);
        SessionHistory history = new SessionHistory(10);
        keep(history, play.watched);
        assertThat(history.latest(1)).containsExactly(written);
        assertThat(history.find(written.identity().id())).contains(written);
    }

    @Test
    void estimateIsNoLessThanTheObjectsOfAFullTrackerAndNotTwiceAsMuch() throws IllegalAccessException {
        WatchedSession tracker = full().watched;
        long counted = shallowBytesOfAll(tracker, Collections.newSetFromMap(new IdentityHashMap<>()));
        assertThat(tracker.estimateBytes()).isBetween(counted, 2 * counted);
    }

    @Test
    void estimateCountsWhatWasCapturedAndIsNotThreeTimesAsMuch() throws IllegalAccessException {
        WatchedSession session = endedInOrder("a", true);
        Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        long counted = 0;
        for (Leg leg : Leg.values()) {
            counted += shallowBytesOfAll(session.captures().wire(leg), seen);
        }
        assertThat(session.captures().estimateBytes(0)).isBetween(counted, 3 * counted);
        assertThat(session.estimateBytes())
                .isGreaterThan(endedInOrder("b", false).estimateBytes() + counted);
    }

    private static List<String> ids(SessionHistory history) {
        return history.latest(1_000).stream().map(r -> r.identity().id()).toList();
    }

    private static WatchedSession endedInOrder(String id, boolean captured) {
        WatchedSession session = new WatchedSession(identity(id), new SessionSink() {}, null);
        SessionPlay play = SessionPlay.connected().relayed(CLIENT, 40).after(1).relayed(UPSTREAM, 90);
        play.fin(CLIENT)
                .after(2)
                .shut(UPSTREAM)
                .after(3)
                .fin(UPSTREAM)
                .shut(CLIENT)
                .ended();
        play.told.forEach(session::happened);
        if (captured) {
            session.captures().followed();
            for (Leg leg : Leg.values()) {
                WirePlay wire = WirePlay.of(1, 40_000, 2, 5_432)
                        .opened(0)
                        .data(1_000, true, 40)
                        .ack(1_100, false)
                        .data(2_000, false, 90)
                        .ack(2_100, true)
                        .closed(3_000);
                LegWire shown = new LegWire(CaptureMode.HEADERS, false, 0L, Endpoint.ORIGINATOR, wire.facts(), null);
                session.captures().ofLeg(leg, () -> shown);
            }
        }
        return session;
    }

    private static void keep(SessionHistory history, EndedSession ended) {
        history.over(ended);
    }

    private static WatchedSession ended(String id) {
        return ended(id, null);
    }

    private static WatchedSession ended(String id, @Nullable String lookUpError) {
        WatchedSession tracker = living(id, lookUpError);
        tracker.happened(new SessionEvent.Ended(SessionPlay.START_NANOS, null, null));
        return tracker;
    }

    private static WatchedSession living(String id, @Nullable String lookUpError) {
        WatchedSession tracker = new WatchedSession(identity(id), new SessionSink() {}, null);
        if (lookUpError != null) {
            tracker.happened(Lookups.event(
                    SessionPlay.START_NANOS, "db", Lookups.failed(1, Lookup.Result.NO_ADDRESS, lookUpError)));
        }
        return tracker;
    }

    private static SessionIdentity identity(String id) {
        return new SessionIdentity(
                id, "db", SessionPlay.ACCEPTED, SessionPlay.CLIENT, SessionPlay.ACCEPTED, 1, SessionPlay.START_NANOS);
    }

    private static SessionPlay full() {
        SessionPlay play = new SessionPlay()
                .accepted(SessionPlay.SYN, new Info().build())
                .attemptFailed(ConnectResult.REFUSED)
                .connected(new Info().build());
        play.tell(Lookups.event(play.nowNanos, "db", Lookups.failed(9, Lookup.Result.NO_ADDRESS, "NXDOMAIN")));
        for (Leg leg : Leg.values()) {
            play.tell(new SessionEvent.UrgentSeen(play.nowNanos, leg));
        }
        for (int turn = 0; turn < 4; turn++) {
            play.after(5).relayed(CLIENT, 1_000).after(turn).relayed(UPSTREAM, 2_000);
            play.watched.tracker().takeTurns(false, play.nowNanos);
        }
        play.fin(CLIENT).after(2).shut(UPSTREAM).after(3);
        play.sampled(
                UPSTREAM, new Info().state(TcpState.FIN_WAIT_2).peerWindow(0).notSent(9));
        play.after(5).fin(UPSTREAM).after(1).shut(CLIENT).failed(CLIENT, 104).failed(UPSTREAM, 104);
        play.reset(CLIENT).reset(UPSTREAM).after(900).ended();
        return play;
    }

    /** Sizes as a 64-bit JVM with compressed references lays objects out; what sessions share costs nothing. */
    private static long shallowBytesOfAll(@Nullable Object object, Set<Object> seen) throws IllegalAccessException {
        boolean shared = object instanceof Enum<?> || object instanceof SessionSink || object instanceof ChangeQueue;
        if (object == null || shared || !seen.add(object)) {
            return 0;
        }
        if (object instanceof String text) {
            return 24 + aligned(16 + text.length());
        } else if (object instanceof InetSocketAddress) {
            // Itself, its holder, the address and the address's holder.
            return 16 + 24 + 24 + 24;
        } else if (object instanceof Boolean) {
            return 0;
        } else if (object instanceof Long) {
            return 16;
        } else if (object instanceof List<?> list) {
            long bytes = 24 + aligned(16 + 4L * list.size());
            for (Object element : list) {
                bytes += shallowBytesOfAll(element, seen);
            }
            return bytes;
        }
        long own = 12;
        long others = 0;
        for (Field field : object.getClass().getDeclaredFields()) {
            if (!Modifier.isStatic(field.getModifiers())) {
                Class<?> type = field.getType();
                own += type == long.class ? 8 : type == boolean.class ? 1 : 4;
                if (!type.isPrimitive()) {
                    field.setAccessible(true);
                    others += shallowBytesOfAll(field.get(object), seen);
                }
            }
        }
        return aligned(own) + others;
    }

    private static long aligned(long bytes) {
        return (bytes + 7) / 8 * 8;
    }
}
