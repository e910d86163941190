package dev.finspect.relay;

import java.net.InetSocketAddress;
import java.util.List;

/**
 * The sockets of one listener, for another process of the same user that is to listen in place of this one.
 *
 * @param key which listener it is
 * @param address that it really has
 * @param descriptors of its sockets
 */
public record PassedListener(ListenerKey key, InetSocketAddress address, List<Integer> descriptors) {
    /** Takes a copy. */
    public PassedListener {
        descriptors = List.copyOf(descriptors);
    }

    /** Whether a configuration that wants this listener can have these sockets. */
    boolean serves(ListenerKey wanted) {
        return key.equals(wanted)
                || (wanted.wanted().getPort() != 0 && wanted.wanted().equals(address));
    }
}
