package dev.finspect.lab.net;

import dev.finspect.lab.net.Rule.Hook;

/**
 * One more host behind the client's or the server's of {@link Hosts#inARow}. The near end of the link between them can lose
 * packets: those that are too large for it on the way there, with an ICMP error that {@link #withoutErrors} drops; those that
 * match a rule on the way back, without a word. The far host's own kernel does not notice.
 *
 * <p>Number N has the addresses 10.79.N.1 and 10.79.N.2. The far host sends one segment a packet, as on a wire.
 */
public final class NarrowWay implements AutoCloseable {
    private static final int MTU = 700;

    private static final int USUAL_MTU = 1_500;

    private final Namespace near;
    private final Namespace far;
    private final String link;
    private final int mtu;

    private NarrowWay(Namespace near, int number) {
        this.near = near;
        link = "narrow" + number;
        // Each its own, by which a rule tells its errors from those of another.
        mtu = MTU + 10 * number;
        far = Namespace.make("far" + number);
        String net = "10.79." + number + ".";
        far.ip("link add far type veth peer name " + link + " netns " + near.name());
        near.ip("addr add " + net + "1/24 dev " + link);
        near.ip("link set " + link + " up");
        far.ip("addr add " + net + "2/24 dev far");
        far.ip("link set far gso_max_segs 1 up");
        far.ip("route add default via " + net + "1");
    }

    /** Behind the server's host, which is the middle's default gateway. */
    public static NarrowWay toServer(Hosts hosts, int number) {
        return new NarrowWay(hosts.server(), number);
    }

    /** Behind the client's host, to which the middle gets a route. */
    public static NarrowWay toClient(Hosts hosts, int number) {
        NarrowWay made = new NarrowWay(hosts.client(), number);
        hosts.client().set("net/ipv4/ip_forward", "1");
        hosts.middle().ip("route add 10.79." + number + ".0/24 via 10.77.1.2");
        return made;
    }

    /** Takes small packets only on the way there. */
    public void narrow() {
        near.ip("link set " + link + " mtu " + mtu);
    }

    /** Takes packets of the usual size again. */
    public void widen() {
        near.ip("link set " + link + " mtu " + USUAL_MTU);
    }

    /** Drops the errors that would say that packets are too large. */
    public Rule withoutErrors() {
        return Rule.drop(near, Hook.OUTPUT, "icmp type destination-unreachable icmp code 4 icmp mtu " + mtu);
    }

    /** Loses large packets on the way back. */
    public Rule withoutLargeBack() {
        return withoutBack("ip length > " + mtu);
    }

    /** Loses what matches on the way back, in nft's words. */
    public Rule withoutBack(String match) {
        return Rule.drop(near, Hook.FORWARD, "iifname " + link + " " + match);
    }

    /** The host at its end. */
    public Namespace far() {
        return far;
    }

    @Override
    public void close() {
        far.close();
    }
}
