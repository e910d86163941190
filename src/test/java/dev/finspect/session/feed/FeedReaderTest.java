package dev.finspect.session.feed;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What waits for a reader, and what a slow one loses. */
final class FeedReaderTest {
    private final AtomicInteger drained = new AtomicInteger();
    private final FeedReader reader = new FeedReader(10, drained::incrementAndGet);

    @Test
    void messagesComeInOrderAndTogetherWhereSeveralWait() {
        CompletableFuture<byte[]> first = reader.next();
        assertThat(first).isNotDone();
        offer("one", 1);
        assertThat(text(first)).isEqualTo("one");
        offer("two", 1);
        offer("three", 1);
        assertThat(reader.isDrained()).isFalse();
        assertThat(text(reader.next())).isEqualTo("twothree");
        assertThat(reader.isDrained()).isTrue();
        assertThat(drained).hasValue(2);
        assertThat(reader.lost()).isZero();
    }

    @Test
    void whoIsSlowLosesAllFromTheFirstWithoutRoomUntilHeHasCaughtUp() {
        offer("12345", 1);
        offer("1234567", 3);
        offer("1", 1);
        assertThat(reader.isBehind()).isTrue();
        assertThat(reader.lost()).isEqualTo(4);
        assertThat(reader.canCatchUp()).isFalse();
        assertThat(text(reader.next())).isEqualTo("12345");
        assertThat(reader.canCatchUp()).isTrue();
        reader.resume();
        assertThat(reader.isBehind()).isFalse();
        offer("again", 1);
        assertThat(text(reader.next())).isEqualTo("again");
        assertThat(reader.lost()).isEqualTo(4);
    }

    @Test
    void partIsNotMuchLongerThanItShouldBe() {
        FeedReader large = new FeedReader(1 << 20, () -> {});
        for (int i = 0; i < 3; i++) {
            large.offer(new byte[40_000], 1);
        }
        assertThat(large.next().join()).hasSize(40_000);
        large.offer(new byte[1_000], 1);
        assertThat(large.next().join()).hasSize(40_000);
        assertThat(large.next().join()).hasSize(41_000);
    }

    @Test
    void closedOneTakesNothing() {
        offer("one", 1);
        assertThat(text(reader.next())).isEqualTo("one");
        CompletableFuture<byte[]> waits = reader.next();
        reader.close();
        offer("two", 1);
        assertThat(waits).isCompletedExceptionally();
        assertThat(reader.next()).isCompletedExceptionally();
        assertThat(reader.isClosed()).isTrue();
        assertThat(reader.isDrained()).isTrue();
        assertThat(reader.lost()).isZero();
    }

    @Test
    void recentMessagesAreKeptUpToTheirBounds() {
        RecentMessages recent = new RecentMessages(10, 4);
        recent.clear(7);
        assertThat(recent.after(7)).hasValueSatisfying(none -> assertThat(none).isEmpty());
        assertThat(recent.after(6)).isEmpty();
        assertThat(recent.after(8)).isEmpty();
        recent.add(8, bytes("eight"), 2);
        recent.add(9, bytes("nine"), 2);
        assertThat(recent.after(7).orElseThrow()).containsExactly(bytes("eight"), bytes("nine"));
        assertThat(recent.after(8).orElseThrow()).containsExactly(bytes("nine"));
        recent.add(10, bytes("ten"), 1);
        assertThat(recent.after(7)).as("too many bytes and rows").isEmpty();
        assertThat(recent.after(8).orElseThrow()).containsExactly(bytes("nine"), bytes("ten"));
        recent.add(11, bytes("much too long"), 1);
        assertThat(recent.after(10)).isEmpty();
        assertThat(recent.after(11)).hasValueSatisfying(none -> assertThat(none).isEmpty());
    }

    private void offer(String text, int items) {
        reader.offer(bytes(text), items);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(CompletableFuture<byte[]> part) {
        return new String(part.join(), StandardCharsets.UTF_8);
    }
}
