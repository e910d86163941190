package dev.finspect.kernel.capture;

import dev.finspect.lab.net.Namespace;
import java.util.concurrent.Callable;

/**
 * Two temporary network namespaces, connected by a veth pair: 10.77.0.1 and fd77::1 in the near one, 10.77.0.2 and
 * fd77::2 in the far one, which forwards but has no other routes. Needs root.
 */
final class NetworkPair implements AutoCloseable {
    static final String NEAR = "10.77.0.1";
    static final String FAR = "10.77.0.2";
    static final String NEAR6 = "fd77::1";
    static final String FAR6 = "fd77::2";
    /** Addresses that the near one routes through the far one, which cannot reach them. */
    static final String NOWHERE = "10.78.0.1";

    static final String NOWHERE6 = "fd78::1";

    private final Namespace near;
    private final Namespace far;

    private NetworkPair(Namespace near, Namespace far) {
        this.near = near;
        this.far = far;
    }

    /** Creates the pair; removes everything if that fails. */
    static NetworkPair make() {
        Namespace near = Namespace.make("near");
        try {
            NetworkPair pair = new NetworkPair(near, Namespace.make("far"));
            try {
                pair.build();
                return pair;
            } catch (RuntimeException | Error e) {
                pair.far.close();
                throw e;
            }
        } catch (RuntimeException | Error e) {
            near.close();
            throw e;
        }
    }

    private void build() {
        near.ip("link add near0 type veth peer name far0 netns " + far.name());
        address(near, "near0", NEAR, NEAR6);
        address(far, "far0", FAR, FAR6);
        near.ip("route add 10.78.0.0/24 via " + FAR);
        near.ip("route add fd78::/64 via " + FAR6);
        far.set("net/ipv4/ip_forward", "1");
        far.set("net/ipv6/conf/all/forwarding", "1");
    }

    private static void address(Namespace host, String link, String v4, String v6) {
        host.ip("addr add " + v4 + "/24 dev " + link);
        host.ip("addr add " + v6 + "/64 dev " + link + " nodad");
        host.ip("link set " + link + " up");
    }

    /** Runs this with all its sockets in the near namespace. */
    <T> T near(Callable<T> action) throws Exception {
        return near.in(action);
    }

    /** Runs this with all its sockets in the far namespace. */
    <T> T far(Callable<T> action) throws Exception {
        return far.in(action);
    }

    @Override
    public void close() {
        near.close();
        far.close();
    }
}
