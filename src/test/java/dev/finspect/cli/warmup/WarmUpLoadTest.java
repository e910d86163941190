package dev.finspect.cli.warmup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The load and its service, without a proxy between them. */
final class WarmUpLoadTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void sessionsOfEveryEndCompleteWithEveryNumberOfRequests(int requests) throws IOException {
        try (EchoService service = EchoService.start(() -> {})) {
            assertThat(RequestLoad.run(new RequestLoad.Order(service.address(), 64, 5, requests), () -> true))
                    .isEqualTo(64);
        }
    }

    @Test
    void everyEndIsInTheMix() {
        assertThat(java.util.stream.IntStream.range(0, 16).mapToObj(LoadEnding::of))
                .contains(LoadEnding.values());
        assertThat(LoadEnding.askedBy((byte) LoadEnding.values().length)).isEqualTo(LoadEnding.CLIENT_CLOSES);
        assertThat(LoadEnding.askedBy((byte) -1)).isEqualTo(LoadEnding.CLIENT_CLOSES);
    }

    @Test
    void bulkThatFillsEveryBufferComesBack() throws IOException {
        AtomicInteger turns = new AtomicInteger();
        try (EchoService service = EchoService.start(() -> {})) {
            BulkLoad.run(service.address(), 32 << 20, () -> turns.incrementAndGet() > 0);
        }
        assertThat(turns.get()).isPositive();
    }

    @Test
    void aLoadThatIsToEndLeavesTheRestUndone() throws IOException {
        AtomicInteger turns = new AtomicInteger();
        try (EchoService service = EchoService.start(() -> {})) {
            assertThat(RequestLoad.run(
                            new RequestLoad.Order(service.address(), 1_000_000, 5, 1),
                            () -> turns.incrementAndGet() <= 20))
                    .isLessThan(1_000_000);
            BulkLoad.run(service.address(), Long.MAX_VALUE, () -> turns.incrementAndGet() <= 40);
        }
    }

    @Test
    void aServiceThatIsNotThereFailsTheLoad() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        InetSocketAddress nobody = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);

        assertThatThrownBy(() -> RequestLoad.run(new RequestLoad.Order(nobody, 1, 1, 1), () -> true))
                .isInstanceOf(IOException.class);
    }
}
