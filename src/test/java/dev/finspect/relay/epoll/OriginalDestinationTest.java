package dev.finspect.relay.epoll;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** How the kernel writes the address that an intercepted client meant. */
final class OriginalDestinationTest {
    private static InetSocketAddress at(String address, int port) throws UnknownHostException {
        return new InetSocketAddress(
                InetAddress.getByAddress(Objects.requireNonNull(NetUtil.createByteArrayFromIpAddressString(address))),
                port);
    }

    @Test
    void socketAddressesAreDecoded() throws UnknownHostException {
        byte[] v4 = new byte[16];
        v4[0] = 2;
        v4[2] = 0x1f;
        v4[3] = (byte) 0x90;
        v4[4] = 10;
        v4[7] = 9;
        assertThat(OriginalDestination.decode(v4)).isEqualTo(at("10.0.0.9", 8080));
        byte[] v6 = new byte[28];
        v6[0] = 10;
        v6[2] = (byte) 0xff;
        v6[3] = (byte) 0xff;
        v6[8] = (byte) 0xfd;
        v6[23] = 1;
        assertThat(OriginalDestination.decode(v6)).isEqualTo(at("fd00::1", 65535));
        assertThat(OriginalDestination.decode(new byte[16])).isNull();
    }
}
