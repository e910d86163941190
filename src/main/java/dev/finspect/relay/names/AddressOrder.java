package dev.finspect.relay.names;

import io.netty.util.NetUtil;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.DatagramChannel;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;

/**
 * The order in which the addresses of one name are tried: RFC 6724 section 6, rules 1 (those without a route last), 2
 * (scopes that match first) and 6 (IPv6 before IPv4); within equals the order of the answer stays, so that a name server's
 * rotation is kept.
 *
 * <p>The source address is asked of the kernel by connecting a datagram socket, which sends nothing and does not block.
 */
final class AddressOrder {
    /** The loopback addresses, IPv6 first. */
    static final List<InetAddress> LOOPBACK = List.of(NetUtil.LOCALHOST6, NetUtil.LOCALHOST4);

    private static final int ANY_PORT = 9;

    private AddressOrder() {}

    /** The addresses without doubles, best first. */
    static List<InetAddress> sorted(List<InetAddress> addresses) {
        List<InetAddress> single = List.copyOf(new LinkedHashSet<>(addresses));
        if (single.size() < 2) {
            return single;
        }
        List<Ranked> ranked = new ArrayList<>();
        for (InetAddress address : single) {
            ranked.add(new Ranked(address, rank(address)));
        }
        ranked.sort(Comparator.comparingInt(Ranked::rank));
        return ranked.stream().map(Ranked::address).toList();
    }

    private static int rank(InetAddress address) {
        int family = address instanceof Inet6Address ? 0 : 1;
        try (DatagramChannel probe = DatagramChannel.open()) {
            probe.connect(new InetSocketAddress(address, ANY_PORT));
            InetAddress source = ((InetSocketAddress) probe.getLocalAddress()).getAddress();
            return (scope(source) == scope(address) ? 0 : 2) + family;
        } catch (IOException | RuntimeException e) {
            return 4 + family;
        }
    }

    /** RFC 6724 section 3.1: link-local 0x2 (loopback too), all else global. */
    private static int scope(InetAddress address) {
        return address.isLoopbackAddress() || address.isLinkLocalAddress() ? 0x2 : 0xe;
    }

    private record Ranked(InetAddress address, int rank) {}
}
