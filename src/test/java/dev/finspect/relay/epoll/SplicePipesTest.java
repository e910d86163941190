package dev.finspect.relay.epoll;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.relay.epoll.SplicePipes.Pipe;
import io.netty.channel.epoll.Epoll;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
final class SplicePipesTest {
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicBoolean loaded = new AtomicBoolean();
    private final List<Integer> asked = new ArrayList<>();
    private final SplicePipes pipes = new SplicePipes(open, () -> 2, descriptor -> {
        asked.add(descriptor);
        return loaded.get();
    });

    @BeforeAll
    static void nativeLibraryIsThere() {
        Epoll.ensureAvailability();
    }

    @AfterEach
    void closePipes() {
        pipes.close();
        assertThat(open).hasValue(0);
    }

    @Test
    void pipeMadeBeforeTheKernelCouldBeAskedIsEnlargedAtItsNextUse() {
        Pipe early = take();
        pipes.giveBack(early);
        loaded.set(true);

        Pipe later = take();
        pipes.giveBack(later);
        Pipe again = take();
        pipes.giveBack(again);

        assertThat(later).isSameAs(early);
        assertThat(again).isSameAs(early);
        assertThat(asked).containsExactly(early.in.intValue(), early.in.intValue());
    }

    @Test
    void noMorePipesThanAllowedAreOpenAtOnce() {
        Pipe first = take();
        Pipe second = take();

        assertThat(pipes.take()).isNull();

        pipes.giveBack(first);
        pipes.giveBack(second);
    }

    @Test
    void pipeWithBytesLeftInItIsNotUsedAgain() {
        Pipe left = take();
        left.bytes = 1;
        pipes.giveBack(left);

        Pipe next = take();
        pipes.giveBack(next);

        assertThat(next).isNotSameAs(left);
        assertThat(open).hasValue(1);
    }

    private Pipe take() {
        return Objects.requireNonNull(pipes.take(), "a pipe");
    }
}
