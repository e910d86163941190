package dev.finspect.tcp;

import java.net.InetSocketAddress;
import java.util.Comparator;

/**
 * The addresses and ports of a segment, or of one direction of a connection. Comparable, so that
 * a hash map stays fast even if an attacker chooses addresses and ports with equal hashes.
 *
 * @param sourcePort 0 to 65535
 * @param destinationPort 0 to 65535
 */
public record FourTuple(IpAddress source, int sourcePort, IpAddress destination, int destinationPort)
        implements Comparable<FourTuple> {
    private static final long MIX = 0x9e3779b97f4a7c15L;
    private static final long OTHER_MIX = 0xc2b2ae3d27d4eb4fL;
    private static final Comparator<FourTuple> ORDER = Comparator.comparing(FourTuple::source)
            .thenComparing(FourTuple::destination)
            .thenComparingInt(FourTuple::sourcePort)
            .thenComparingInt(FourTuple::destinationPort);

    /** From one socket address to another; both must be resolved. */
    public static FourTuple of(InetSocketAddress from, InetSocketAddress to) {
        return new FourTuple(
                IpAddress.of(from.getAddress()), from.getPort(), IpAddress.of(to.getAddress()), to.getPort());
    }

    /** The source as an address of a socket. */
    public InetSocketAddress sourceSocket() {
        return new InetSocketAddress(source.toInetAddress(), sourcePort);
    }

    /** The destination likewise. */
    public InetSocketAddress destinationSocket() {
        return new InetSocketAddress(destination.toInetAddress(), destinationPort);
    }

    /** The other direction. */
    public FourTuple reversed() {
        return new FourTuple(destination, destinationPort, source, sourcePort);
    }

    @Override
    public int compareTo(FourTuple other) {
        return ORDER.compare(this, other);
    }

    @Override
    public int hashCode() {
        long ports = ((long) sourcePort << Short.SIZE) | destinationPort;
        long mixed = (source.high() ^ Long.rotateLeft(source.low(), 17) ^ ports) * MIX
                + (destination.low() ^ Long.rotateLeft(destination.high(), 31)) * OTHER_MIX;
        return (int) (mixed ^ (mixed >>> Integer.SIZE));
    }

    @Override
    public String toString() {
        return end(source, sourcePort) + " > " + end(destination, destinationPort);
    }

    private static String end(IpAddress address, int port) {
        return (address.v6() ? "[" + address + "]" : address.toString()) + ":" + port;
    }
}
