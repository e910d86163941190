package dev.finspect.diagnose.wording;

import dev.finspect.tcp.IpText;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * One leg's two ends as the filters of ss(8) and tcpdump(8) want them. An end that is not known is left out, so that the
 * filter takes in more rather than nothing.
 *
 * @param local finspect's end
 * @param peer the far end
 */
record Tuple(@Nullable End local, @Nullable End peer) {
    /** An address without zone, and a port. */
    record End(String address, int port) {
        /** Null for a name that was never resolved. */
        static @Nullable End of(@Nullable InetSocketAddress endpoint) {
            return endpoint == null || endpoint.getAddress() == null
                    ? null
                    : new End(withoutZone(IpText.address(endpoint.getAddress())), endpoint.getPort());
        }

        /** Out of {@link IpText#endpoint}; null for anything else than an address and a port. */
        static @Nullable End parse(String text) {
            int colon = text.lastIndexOf(':');
            String address = text.substring(0, Math.max(0, colon)).replaceAll("[\\[\\]]", "");
            return address.matches("[0-9.]+|[0-9a-f.:]*:[0-9a-f.:]*(%.*)?")
                    ? new End(withoutZone(address), Integer.parseInt(text.substring(colon + 1)))
                    : null;
        }

        boolean v6() {
            return address.indexOf(':') >= 0;
        }

        /** As ss wants it. */
        String socket() {
            return (v6() ? "[" + address + "]" : address) + ":" + port;
        }

        private static String withoutZone(String address) {
            int zone = address.indexOf('%');
            return zone < 0 ? address : address.substring(0, zone);
        }
    }

    /** Filter for the socket at finspect's end. */
    String ss() {
        return filter(local, peer);
    }

    /** Filter for the socket at the peer's end, on its host. */
    String peerSs() {
        return filter(peer, local);
    }

    /** Expression for the connection's segments. */
    String tcpdump() {
        return "tcp" + packets(peer) + packets(local);
    }

    /** The same with the ICMP errors of that family. */
    String tcpdumpWithIcmp() {
        End known = peer == null ? local : peer;
        return "(" + tcpdump() + ") or " + (known != null && known.v6() ? "icmp6" : "icmp");
    }

    private static String packets(@Nullable End end) {
        return end == null ? "" : " and host " + end.address() + " and port " + end.port();
    }

    private static String filter(@Nullable End source, @Nullable End destination) {
        String src = source == null ? "" : "src " + source.socket();
        String dst = destination == null ? "" : "dst " + destination.socket();
        return src + (src.isEmpty() || dst.isEmpty() ? "" : " and ") + dst;
    }
}
