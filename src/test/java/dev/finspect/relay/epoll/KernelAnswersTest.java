package dev.finspect.relay.epoll;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.tcp.Errno;
import dev.finspect.wire.TcpInfo;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.unix.Errors.NativeIoException;
import java.io.IOException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Error numbers, a shortage of descriptors, the length of tcp_info: what the kernel answers through Netty's library. */
final class KernelAnswersTest {
    @BeforeAll
    static void loadTheNativeLibraryWhereThereIsOne() {
        assertThat(Epoll.isAvailable()).isEqualTo(OS.LINUX.isCurrentOs());
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
