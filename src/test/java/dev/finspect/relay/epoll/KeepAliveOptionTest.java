package dev.finspect.relay.epoll;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.relay.KeepAlive;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.LinuxSocket;
import io.netty.channel.socket.SocketProtocolFamily;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Keep-alive of a socket is changed and changed back. */
final class KeepAliveOptionTest {
    @BeforeAll
    static void loadTheNativeLibraryWhereThereIsOne() {
        assertThat(Epoll.isAvailable()).isEqualTo(OS.LINUX.isCurrentOs());
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void optionsAreExactlyAsTheyWere() throws Exception {
        Epoll.ensureAvailability();
        LinuxSocket socket = LinuxSocket.newSocketStream(SocketProtocolFamily.INET);
        try {
            KeepAlive fresh = KeepAliveOption.of(socket);
            KeepAlive odd = new KeepAlive(false, 601, 71, 5);
            KeepAliveOption.apply(socket, odd);
            for (KeepAlive before : List.of(odd, fresh)) {
                KeepAliveOption.apply(socket, before);
                assertThat(KeepAliveOption.of(socket)).isEqualTo(before);
                KeepAlive eager = new KeepAlive(true, 1, 1, 127);
                assertThat(KeepAliveOption.swap(socket, eager).before()).isEqualTo(before);
                assertThat(KeepAliveOption.of(socket)).isEqualTo(eager);
                assertThat(KeepAliveOption.swap(socket, eager).refused()).contains("on already");
                assertThat(KeepAliveOption.swap(socket, before).before()).isEqualTo(eager);
                assertThat(KeepAliveOption.of(socket)).isEqualTo(before);
            }
            socket.setIntOpt(6, 18, 5_000);
            assertThat(KeepAliveOption.swap(socket, new KeepAlive(true, 1, 1, 127))
                            .refused())
                    .contains("TCP_USER_TIMEOUT");
        } finally {
            socket.close();
        }
    }
}
