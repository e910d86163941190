package dev.finspect.tcp;

/**
 * The addresses and ports of a segment, or of one direction of a connection.
 *
 * @param sourcePort 0 to 65535
 * @param destinationPort 0 to 65535
 */
public record FourTuple(IpAddress source, int sourcePort, IpAddress destination, int destinationPort) {
    /** The other direction. */
    public FourTuple reversed() {
        return new FourTuple(destination, destinationPort, source, sourcePort);
    }

    @Override
    public String toString() {
        return end(source, sourcePort) + " > " + end(destination, destinationPort);
    }

    private static String end(IpAddress address, int port) {
        return (address.v6() ? "[" + address + "]" : address.toString()) + ":" + port;
    }
}
