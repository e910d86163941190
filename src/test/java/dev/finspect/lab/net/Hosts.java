package dev.finspect.lab.net;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;

/**
 * The hosts of a client, finspect and a server: each a namespace of its own, joined in a row by two veth pairs, or all
 * three in one that has a loopback alone. The host in the middle forwards.
 *
 * <p>In a row the client has 10.77.1.2 and fd77:1::2, the middle 10.77.1.1 and fd77:1::1 towards it, 10.77.2.1 and fd77:2::1
 * towards the server, which has 10.77.2.2 and fd77:2::2. The middle is the default gateway of the client, and the server that
 * of the middle. The server has no default gateway and answers with ICMP unreachable.
 */
public final class Hosts implements AutoCloseable {
    /** The client's end of its veth pair. */
    public static final String CLIENT_LINK = "client0";
    /** The middle's end towards the client. */
    public static final String MIDDLE_LINK_TO_CLIENT = "middle1";
    /** The middle's end towards the server. */
    public static final String MIDDLE_LINK_TO_SERVER = "middle2";
    /** The server's end. */
    public static final String SERVER_LINK = "server0";

    private final List<Namespace> all;
    private final boolean inARow;

    private Hosts(List<Namespace> all, boolean inARow) {
        this.all = all;
        this.inARow = inARow;
    }

    /** Three hosts. */
    public static Hosts inARow() {
        List<Namespace> made = new ArrayList<>();
        Hosts hosts = new Hosts(made, true);
        try {
            for (String role : List.of("client", "middle", "server")) {
                made.add(Namespace.make(role));
            }
            join(hosts.client(), CLIENT_LINK, hosts.middle(), MIDDLE_LINK_TO_CLIENT, 1);
            join(hosts.server(), SERVER_LINK, hosts.middle(), MIDDLE_LINK_TO_SERVER, 2);
            route(hosts.client(), 1, 1);
            route(hosts.middle(), 2, 2);
            for (Namespace forwarding : List.of(hosts.middle(), hosts.server())) {
                forwarding.set("net/ipv4/ip_forward", "1");
                forwarding.set("net/ipv6/conf/all/forwarding", "1");
            }
            hosts.server().ip("route add 10.77.1.0/24 via 10.77.2.1");
            hosts.server().ip("route add fd77:1::/64 via fd77:2::1");
            return hosts;
        } catch (RuntimeException | Error e) {
            hosts.close();
            throw e;
        }
    }

    /** One host for all three. */
    public static Hosts onLoopback() {
        Namespace only = Namespace.make("loopback");
        return new Hosts(List.of(only, only, only), false);
    }

    private static void join(Namespace end, String link, Namespace centre, String centreLink, int net) {
        end.ip("link add " + link + " type veth peer name " + centreLink + " netns " + centre.name());
        address(end, link, net, 2);
        address(centre, centreLink, net, 1);
    }

    private static void address(Namespace host, String link, int net, int number) {
        host.ip("addr add 10.77." + net + "." + number + "/24 dev " + link);
        host.ip("addr add fd77:" + net + "::" + number + "/64 dev " + link + " nodad");
        host.ip("link set " + link + " up");
    }

    private static void route(Namespace host, int net, int number) {
        host.ip("route add default via 10.77." + net + "." + number);
        host.ip("route add default via fd77:" + net + "::" + number);
    }

    /** The client's host. */
    public Namespace client() {
        return all.get(0);
    }

    /** finspect's host. */
    public Namespace middle() {
        return all.get(1);
    }

    /** The server's host. */
    public Namespace server() {
        return all.get(2);
    }

    /** Whether they are three, with interfaces of their own. */
    public boolean isInARow() {
        return inARow;
    }

    /** Where clients reach the middle. */
    public InetAddress middleAddress(boolean v6) {
        return address(v6, 1, 1);
    }

    /** Where the server is reached. */
    public InetAddress serverAddress(boolean v6) {
        return address(v6, 2, 2);
    }

    /** One more IPv4 address of the server's host; made when it is first asked for. */
    public InetAddress secondServerAddress(int number) {
        if (!inARow) {
            return numeric("127.0.1." + number);
        }
        String address = "10.77.2." + (100 + number);
        server().ip("addr replace " + address + "/24 dev " + SERVER_LINK);
        return numeric(address);
    }

    private InetAddress address(boolean v6, int net, int number) {
        if (inARow) {
            return numeric(v6 ? "fd77:" + net + "::" + number : "10.77." + net + "." + number);
        }
        return numeric(v6 ? "::1" : "127.0.0.1");
    }

    /** An address behind the server, which has no route to it and answers so. There is no such address on loopback. */
    public InetAddress nowhere(boolean v6) {
        return numeric(v6 ? "fd78::1" : "10.78.0.1");
    }

    private static InetAddress numeric(String address) {
        try {
            return InetAddress.getAllByName(address)[0];
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        all.forEach(Namespace::close);
    }
}
