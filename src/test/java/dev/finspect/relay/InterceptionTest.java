package dev.finspect.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.finspect.relay.Interception.Mode;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Where intercepted clients may go. */
final class InterceptionTest {
    private static InetSocketAddress at(String address, int port) throws UnknownHostException {
        return new InetSocketAddress(
                InetAddress.getByAddress(Objects.requireNonNull(NetUtil.createByteArrayFromIpAddressString(address))),
                port);
    }

    @Test
    void destinationMustBeInANetworkAndAtAPortThatTheRouteNames() throws UnknownHostException {
        Network ten = new Network(at("10.0.0.0", 1).getAddress(), 8);
        Interception both = new Interception(
                Mode.TPROXY, false, List.of(ten), List.of(new PortRange(80, 80), new PortRange(90, 99)));
        assertThat(both.lets(at("10.1.2.3", 80))).isTrue();
        assertThat(both.lets(at("10.1.2.3", 95))).isTrue();
        assertThat(both.lets(at("10.1.2.3", 89))).isFalse();
        assertThat(both.lets(at("11.1.2.3", 80))).isFalse();
        assertThat(both.lets(at("::1", 80))).isFalse();
        assertThat(both.lets(null)).isFalse();
        Interception all = new Interception(Mode.REDIRECT, false, List.of(), List.of());
        assertThat(all.lets(at("::1", 1))).isTrue();
        assertThat(all.lets(null)).isTrue();
        assertThat(Interception.NONE.intercepts()).isFalse();
    }

    @Test
    void rangesOfPortsAreRanges() {
        assertThat(new PortRange(1, 65535).contains(443)).isTrue();
        assertThat(new PortRange(80, 80)).hasToString("80");
        assertThat(new PortRange(80, 90)).hasToString("80-90");
        assertThatThrownBy(() -> new PortRange(0, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new PortRange(5, 4)).hasMessage("5-4 is no range of ports");
    }

    @Test
    void targetThatIsTheOriginalHasNoPort() {
        assertThat(UpstreamTarget.ORIGINAL.isOriginal()).isTrue();
        assertThat(UpstreamTarget.ORIGINAL).hasToString("original");
        assertThat(new UpstreamTarget("original", 1).isOriginal()).isFalse();
    }
}
