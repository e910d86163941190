package dev.finspect.lifecycle.connection;

import java.util.BitSet;
import java.util.Collection;

/** The ports on which services are likely to listen, to orient connections that were first seen in the middle. Immutable. */
public final class ServicePorts {
    private static final int PORTS = 65_536;

    /** None: the sender of the first segment counts as the originator. */
    public static final ServicePorts NONE = new ServicePorts(new BitSet());

    private final BitSet ports;

    private ServicePorts(BitSet ports) {
        this.ports = ports;
    }

    /** Just these; a number that is no port is never looked up. */
    public static ServicePorts of(Collection<Integer> ports) {
        BitSet set = new BitSet(PORTS);
        for (int port : ports) {
            if (port >= 0 && port < PORTS) {
                set.set(port);
            }
        }
        return new ServicePorts(set);
    }

    /** Whether services are likely to listen on it. */
    public boolean likely(int port) {
        return port >= 0 && ports.get(port);
    }
}
