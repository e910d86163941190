package dev.finspect.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.finspect.admin.feed.FeedSink;
import dev.finspect.admin.feed.FeedSources;
import dev.finspect.fixture.ExplanationIds;
import dev.finspect.session.Exposition;
import dev.finspect.session.RecordEncoder;
import dev.finspect.session.SessionHistory;
import dev.finspect.session.SessionRecord;
import dev.finspect.session.SessionRow;
import dev.finspect.session.explain.KernelCount;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class AdminBindTest {
    @Test
    void portInUseIsExchangedForAFreeOneUnlessItWasAskedForByName() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, Loopback.IPV4)) {
            int port = taken.getLocalPort();
            try (AdminServer server = start(Loopback.IPV4, port, false)) {
                assertThat(server.usesFallbackPort()).isTrue();
                assertThat(server.address().getPort()).isNotEqualTo(port).isPositive();
            }
            assertThatThrownBy(() -> start(Loopback.IPV4, port, true).close())
                    .isInstanceOfSatisfying(
                            AdminBindException.class,
                            e -> assertThat(e.reason()).isEqualTo(AdminBindException.Reason.CANNOT_BIND))
                    .hasMessageContaining("127.0.0.1 port " + port)
                    .hasMessageContaining("name another port");
        }
    }

    @Test
    void freePortIsTakenAsItIs() throws Exception {
        try (AdminServer server = start(Loopback.IPV4, 0, true)) {
            assertThat(server.usesFallbackPort()).isFalse();
        }
    }

    @Test
    void addressThatOthersReachIsRefused() throws Exception {
        for (byte[] address : List.of(new byte[4], new byte[16], new byte[] {10, 0, 0, 1})) {
            assertThatThrownBy(() ->
                            start(InetAddress.getByAddress(address), 0, true).close())
                    .isInstanceOfSatisfying(
                            AdminBindException.class,
                            e -> assertThat(e.reason()).isEqualTo(AdminBindException.Reason.NOT_LOOPBACK))
                    .hasMessageContaining("admin.token_file")
                    .hasMessageContaining("loopback");
        }
    }

    @Test
    void beyondTheLoopbackItListensWithAConfiguredToken() throws Exception {
        AdminAccess access = new AdminAccess("a-token-of-many-letters", Set.of(), Set.of());
        try (AdminServer server = start(InetAddress.getByAddress(new byte[4]), 0, true, access)) {
            assertThat(server.address().getAddress().isAnyLocalAddress()).isTrue();
            assertThat(server.token()).isEqualTo("a-token-of-many-letters");
        }
    }

    private static AdminServer start(InetAddress address, int port, boolean byName) throws AdminBindException {
        return start(address, port, byName, AdminAccess.STANDARD);
    }

    private static AdminServer start(InetAddress address, int port, boolean byName, AdminAccess access)
            throws AdminBindException {
        return AdminServer.start(
                new AdminSettings(address, port, byName, AdminLimits.DEFAULT, access),
                new AdminSources(
                        accept -> new Exposition.Page("text/plain", ""),
                        new Readiness(),
                        () -> {
                            throw new IllegalStateException("nobody asks in this test");
                        },
                        new SessionHistory(0),
                        new RecordEncoder() {
                            @Override
                            public byte[] encode(SessionRecord record) {
                                return new byte[0];
                            }

                            @Override
                            public byte[] encode(SessionRow row) {
                                return new byte[0];
                            }
                        },
                        record -> java.util.Optional.empty(),
                        new ExplanationIds(),
                        id -> List.of(),
                        KernelCount.Counts.NONE,
                        new RouteTable() {
                            @Override
                            public List<RouteStatus> rows() {
                                return List.of();
                            }

                            @Override
                            public java.util.Optional<RouteStatus> closePolicy(String route, String policy) {
                                return java.util.Optional.empty();
                            }
                        },
                        () -> java.util.concurrent.CompletableFuture.completedFuture(
                                new Reloading.Outcome(Reloading.Result.UNCHANGED, List.of())),
                        new Callers() {
                            @Override
                            public boolean mayRead(InetSocketAddress caller, InetSocketAddress server) {
                                return false;
                            }

                            @Override
                            public String readers() {
                                return "nobody";
                            }
                        },
                        new FeedSources(
                                () -> {
                                    throw new IllegalStateException("nobody asks in this test");
                                },
                                new FeedSink(),
                                List::of,
                                row -> new byte[0]),
                        new Operation() {
                            @Override
                            public String version() {
                                return "none";
                            }

                            @Override
                            public Duration drain(Optional<Duration> patience) {
                                return Duration.ZERO;
                            }
                        },
                        (file, records) -> {
                            throw new IllegalStateException("nobody asks in this test");
                        }));
    }
}
