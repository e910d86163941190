package dev.finspect.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.tcp.Errno;
import dev.finspect.wire.TcpInfo;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.unix.Errors.NativeIoException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The small parts that sessions and loops share: ids, the gate, the budget, own addresses, error numbers. */
final class SharedBooksTest {
    @BeforeAll
    static void loadTheNativeLibraryWhereThereIsOne() {
        assertThat(Epoll.isAvailable()).isEqualTo(OS.LINUX.isCurrentOs());
    }

    @Test
    void idsOfOneLoopSortByStartAndThoseOfTwoNeverMeet() {
        SessionIds first = new SessionIds(0x12345, 0);
        SessionIds second = new SessionIds(0x12345, 1);
        List<String> inOrder = new ArrayList<>();
        Set<String> all = new HashSet<>();
        for (int i = 0; i < 5000; i++) {
            String id = first.next(1_700_000_000_000L + i / 10);
            inOrder.add(id);
            all.add(id);
            all.add(second.next(1_700_000_000_000L + i / 10));
        }
        assertThat(inOrder).isSorted().allMatch(id -> id.matches("[0-9A-HJKMNP-TV-Z]{20}"));
        assertThat(all).hasSize(10_000);
    }

    @Test
    void theGateHoldsItsLimitAndTellsThoseThatWait() {
        SessionGate gate = new SessionGate(OptionalInt.of(2));
        List<String> told = new ArrayList<>();
        assertThat(gate.enter()).isTrue();
        assertThat(gate.enter()).isTrue();
        assertThat(gate.enter()).isFalse();
        gate.whenRoom(() -> told.add("room"));
        assertThat(told).isEmpty();
        gate.leave();
        assertThat(told).containsExactly("room");
        gate.leave();
        assertThat(told).hasSize(1);
        assertThat(gate.living()).isZero();
    }

    @Test
    void whoAsksTheGateTooLateIsToldAtOnce() {
        SessionGate gate = new SessionGate(OptionalInt.of(1));
        List<String> told = new ArrayList<>();
        gate.whenRoom(() -> told.add("room"));
        assertThat(told).containsExactly("room");
    }

    @Test
    void readsShrinkAsTheBudgetFillsAndNeverStop() {
        HeldBytes held = new HeldBytes(1 << 20);
        int before = held.readLimit(131_072);
        held.take(900_000);
        int nearlyFull = held.readLimit(131_072);
        held.take(10_000_000);
        assertThat(before).isEqualTo(32_768);
        assertThat(nearlyFull).isBetween(HeldBytes.LEAST_READ, 8_000);
        assertThat(held.readLimit(131_072)).isEqualTo(HeldBytes.LEAST_READ);
        held.giveBack(10_900_000);
        assertThat(held.readLimit(131_072)).isEqualTo(before);
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, 80, 127.0.0.1, 80, true",
        "127.0.0.1, 80, 127.0.0.1, 81, false",
        "127.0.0.1, 80, 127.0.0.2, 80, false",
        "0.0.0.0, 80, 127.0.0.2, 80, true",
        "0.0.0.0, 80, 192.0.2.1, 80, false",
        "127.0.0.1, 80, 0.0.0.0, 80, true",
        "::, 80, ::1, 80, true",
        "::, 80, 127.0.0.1, 80, true"
    })
    void anUpstreamIsOursWhenConnectingWouldComeBack(String own, int ownPort, String target, int port, boolean ours) {
        OwnAddresses listeners = new OwnAddresses(List::of);
        listeners.add(new InetSocketAddress(NumericResolver.parse(own), ownPort));
        OwnAddresses admin =
                new OwnAddresses(() -> List.of(new InetSocketAddress(NumericResolver.parse(own), ownPort)));
        InetSocketAddress upstream = new InetSocketAddress(NumericResolver.parse(target), port);
        assertThat(listeners.contains(upstream)).isEqualTo(ours);
        assertThat(admin.contains(upstream)).isEqualTo(ours);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void errorNumbersAreFoundWhereverNettyPutsThem() {
        assertThat(NettyErrno.of(new NativeIoException("recv", -104, false))).isEqualTo(Errno.ECONNRESET);
        assertThat(NettyErrno.of(new IOException("connect(..) failed with error(-111): Connection refused")))
                .isEqualTo(Errno.ECONNREFUSED);
        assertThat(NettyErrno.of(new IllegalStateException(new NativeIoException("socket", -24, false))))
                .isEqualTo(Errno.EMFILE);
        assertThat(NettyErrno.of(new IOException("something else"))).isEqualTo(Errno.UNKNOWN);
        assertThat(NettyErrno.words(Errno.ECONNREFUSED)).isEqualTo("Connection refused");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void whileDescriptorsAreShortNobodyAcceptsForATenthOfASecond() {
        DescriptorShortage shortage = new DescriptorShortage();
        assertThat(shortage.mayAccept(0)).isTrue();
        shortage.failed(0);
        assertThat(shortage.mayAccept(DescriptorShortage.PAUSE_NANOS - 1)).isFalse();
        assertThat(shortage.mayAccept(DescriptorShortage.PAUSE_NANOS)).isTrue();
        assertThat(shortage.mayAccept(0)).isTrue();
        shortage.close();
    }

    /** Every kernel since 2.6 fills at least up to tcpi_total_retrans, the last number of the first layout. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void theLengthOfTcpInfoIsFoundThoughNettyDropsIt() throws IOException {
        assertThat(TcpInfoReader.kernelLength()).isBetween(104, TcpInfo.MAX_LENGTH);
    }
}
