package dev.finspect.kernel.sockets;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.tcp.IpAddress;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

final class LocalAddressesTest {
    /** Of Linux 6.18: each table has every address. */
    private static final List<String> TRIE = """
        Main:
          +-- 0.0.0.0/0 3 0 5
             +-- 10.91.0.0/22 2 0 2
                |-- 10.91.1.0
                   /24 link UNICAST
                |-- 10.91.1.1
                   /32 host LOCAL
                |-- 10.91.1.255
                   /32 link BROADCAST
             +-- 127.0.0.0/8 2 0 2
                |-- 127.0.0.0
                   /8 host LOCAL
                |-- 127.0.0.1
                   /32 host LOCAL
        """.lines().toList();

    private static final List<String> V6 = List.of(
            "00000000000000000000000000000001 01 80 10 80       lo",
            "fe80000000000000fc00d1fffe5a0001 02 40 20 80     eth0",
            "no address");

    @Test
    void thoseOfTheHostAreLocal() throws UnknownHostException {
        assertThat(LocalAddresses.of(TRIE, V6))
                .containsExactlyInAnyOrder(
                        address("10.91.1.1"), address("127.0.0.1"), address("::1"), address("fe80::fc00:d1ff:fe5a:1"));
        assertThat(LocalAddresses.of(List.of("   /32 host LOCAL"), List.of())).isEmpty();
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void thisThreadHasALoopback() throws UnknownHostException {
        assertThat(LocalAddresses.ofThread()).contains(address("127.0.0.1"));
    }

    private static IpAddress address(String text) throws UnknownHostException {
        return IpAddress.of(InetAddress.getByName(text));
    }
}
