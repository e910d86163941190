package dev.finspect.lab.hang;

import static dev.finspect.diagnose.Blame.NETWORK_TO_CLIENT;
import static dev.finspect.diagnose.Blame.NETWORK_TO_UPSTREAM;

import dev.finspect.diagnose.Blame;
import dev.finspect.lab.hang.Place.Pair;
import dev.finspect.lab.net.NarrowWay;
import dev.finspect.lab.net.Sockets;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** Sessions of which one end is behind a {@link NarrowWay}; each play has a number of its own for it. */
final class FarPeer {
    private static final int PORT = 17_000;

    private FarPeer() {}

    /** The way to the end that a play blames the network to. */
    static NarrowWay way(Place place, Blame blame, int number) {
        return place.keep(
                blame == NETWORK_TO_UPSTREAM
                        ? NarrowWay.toServer(place.hosts(), number)
                        : NarrowWay.toClient(place.hosts(), number));
    }

    /** A new session over it. */
    static Pair pair(Place place, NarrowWay way, Blame blame, int number) throws Exception {
        if (blame == NETWORK_TO_CLIENT) {
            place.listen(50);
            return new Pair(place.connect(way.far()), place.accept());
        }
        ServerSocket listener =
                place.keep(Sockets.listen(way.far(), InetAddress.getByName("10.79." + number + ".2"), PORT));
        Socket client = place.connect();
        return new Pair(client, place.keep(listener.accept()));
    }

    /** The upstream of the route of a play whose server is behind it. */
    static String address(int number) {
        return "'10.79." + number + ".2:" + PORT + "'";
    }
}
