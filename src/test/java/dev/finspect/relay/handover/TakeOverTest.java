package dev.finspect.relay.handover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.finspect.relay.ListenerKey;
import dev.finspect.relay.PassedListener;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Both ends of a take-over, in one process. */
@EnabledOnOs(OS.LINUX)
@Timeout(120)
final class TakeOverTest {
    private static final InetSocketAddress ADMIN = new InetSocketAddress(InetAddress.getLoopbackAddress(), 9600);

    @TempDir
    private Path directory;

    private final List<PassedListener> passed = new ArrayList<>();
    private final BlockingQueue<List<ListenerKey>> taken = new LinkedBlockingQueue<>();
    private final AtomicInteger abandoned = new AtomicInteger();
    private volatile boolean keepsAll;
    private Path path;
    private Socket listening;

    @BeforeEach
    void listener() throws IOException {
        Epoll.ensureAvailability();
        path = directory.resolve("1.sock");
        listening = Socket.newSocketDomain();
        listening.bind(new DomainSocketAddress(directory.resolve("some").toString()));
        listening.listen(1);
        byte[] loopback = new byte[16];
        loopback[15] = 1;
        for (String owner : new String[] {"web", "db"}) {
            InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
            InetSocketAddress real = new InetSocketAddress(InetAddress.getByAddress(loopback), 15_000 + owner.length());
            passed.add(new PassedListener(
                    new ListenerKey(any, owner, 1), real, List.of(listening.intValue(), listening.intValue())));
        }
    }

    @AfterEach
    void close() throws IOException {
        listening.close();
    }

    @Test
    void whatIsTakenIsReleasedAndTheRestStays() throws Exception {
        try (PassingServer server = open(true);
                Succession successor = Succession.ask(path, user -> true)) {
            assertThat(server).isNotNull();
            assertThat(successor.admin()).contains(ADMIN);
            ListenerKey web = passed.get(0).key();
            PassedListener mine = successor.listeners().take(web).orElseThrow();
            assertThat(mine.address()).isEqualTo(passed.get(0).address());
            assertThat(mine.descriptors()).hasSize(2).doesNotContain(listening.intValue());
            assertThat(successor.listeners().take(web)).isEmpty();

            successor.ready();

            assertThat(taken.poll(100, TimeUnit.SECONDS)).containsExactly(web);
            for (int descriptor : mine.descriptors()) {
                new FileDescriptor(descriptor).close();
            }
        }
    }

    /** A configuration may name the port that was free when the one before began. */
    @Test
    void aListenerIsAlsoFoundByItsRealAddress() throws Exception {
        try (PassingServer server = open(true);
                Succession successor = Succession.ask(path, user -> true)) {
            assertThat(server).isNotNull();
            ListenerKey byAddress = new ListenerKey(passed.get(1).address(), "", 0);
            assertThat(successor.listeners().overlapping(byAddress)).hasSize(1);
            assertThat(successor.listeners().take(byAddress)).isPresent();
            assertThat(successor.listeners().taken())
                    .containsExactly(passed.get(1).key());
            assertThat(successor.listeners().overlapping(byAddress)).isEmpty();
        }
    }

    @Test
    void aSuccessorThatGivesUpTakesNothingAndTheNextOneMay() throws Exception {
        try (PassingServer server = open(true)) {
            assertThat(server).isNotNull();
            for (int i = 0; i < 3; i++) {
                try (Succession successor = Succession.ask(path, user -> true)) {
                    assertThat(successor.listeners().taken()).isEmpty();
                }
            }
            try (Succession successor = Succession.ask(path, user -> true)) {
                successor.ready();
                assertThat(taken.poll(100, TimeUnit.SECONDS)).isEmpty();
            }
            assertThat(taken).isEmpty();
            assertThat(abandoned).hasValueGreaterThanOrEqualTo(3);
        }
    }

    /** Whoever does not let go either goes on, and then its successor must end, or has ended. */
    @Test
    void aSuccessorKnowsWhetherTheOneBeforeServesThatDidNotLetGo() throws Exception {
        keepsAll = true;
        try (PassingServer server = open(true);
                Succession successor = Succession.ask(path, user -> true)) {
            assertThatThrownBy(successor::ready).isInstanceOf(IOException.class);
            assertThat(successor.formerServes()).isTrue();
            passed.clear();
            assertThat(successor.formerServes()).as("it refuses").isFalse();
            server.close();
            assertThat(successor.formerServes()).isFalse();
        }
    }

    @Test
    void anotherUserGetsNothingAndIsNotBelieved() throws Exception {
        try (PassingServer server = open(false)) {
            assertThat(server).isNotNull();
            assertThatThrownBy(() -> Succession.ask(path, user -> true))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("may not take over");
            assertThatThrownBy(() -> Succession.ask(path, user -> false))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("another user's");
        }
    }

    @Test
    void aProcessWithoutListenersRefuses() throws Exception {
        passed.clear();
        try (PassingServer server = open(true)) {
            assertThat(server).isNotNull();
            assertThatThrownBy(() -> Succession.ask(path, user -> true))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("cannot pass listeners");
        }
    }

    @Test
    void whatIsNoListenerIsRefused() {
        for (String line : new String[] {
            "",
            "listener",
            "hello 1 2 3 4 5 6 7",
            "listener 127.0.0.1 80 - 0 127.0.0.1 80 0",
            "listener 127.0.0.1 80 - 0 127.0.0.1 80 99999",
            "listener 127.0.0.1 x - 0 127.0.0.1 80 1",
            "listener 127.0.0.1 99999 - 0 127.0.0.1 80 1",
            "listener nowhere 80 - 0 127.0.0.1 80 1",
        }) {
            assertThatThrownBy(() -> ListenerLines.read(line)).as(line).isInstanceOf(IOException.class);
        }
        assertThatThrownBy(() -> ListenerLines.address("127.0.0.1")).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> ListenerLines.address("127.0.0.1 x")).isInstanceOf(IOException.class);
    }

    @Test
    void theServiceManagerGetsADatagramAndWithoutOneNothingIsSent() throws Exception {
        Path manager = directory.resolve("notify");
        Socket receiving = Socket.newSocketDomainDgram();
        try {
            receiving.bind(new DomainSocketAddress(manager.toString()));
            ServiceNotification.send(Map.of(), "MAINPID=1");
            ServiceNotification.send(Map.of("NOTIFY_SOCKET", manager.toString()), "MAINPID=2");
            java.nio.ByteBuffer text = java.nio.ByteBuffer.allocateDirect(64);
            int length = receiving.recv(text, 0, text.capacity());
            byte[] bytes = new byte[length];
            text.get(0, bytes);
            assertThat(new String(bytes, java.nio.charset.StandardCharsets.UTF_8))
                    .isEqualTo("MAINPID=2");
        } finally {
            receiving.close();
        }
    }

    private PassingServer open(boolean mayTakeOver) throws IOException {
        return PassingServer.open(path, user -> mayTakeOver, new PassingServer.Passing() {
            @Override
            public List<PassedListener> passed() {
                return passed;
            }

            @Override
            public void abandoned() {
                abandoned.incrementAndGet();
            }

            @Override
            public Optional<InetSocketAddress> shareAdmin() {
                return Optional.of(ADMIN);
            }

            @Override
            public void taken(long successor, List<ListenerKey> keys) {
                if (keepsAll) {
                    throw new IllegalStateException("for the test");
                }
                assertThat(successor).isEqualTo(ProcessHandle.current().pid());
                taken.add(keys);
            }
        });
    }
}
