package dev.finspect.relay.names;

import io.netty.channel.EventLoop;
import java.net.InetAddress;
import java.util.List;

/** Looks up the addresses of upstream names without blocking a loop. Any thread. */
public interface UpstreamResolver extends AutoCloseable {
    /**
     * Looks {@code host} up.
     *
     * @param host a name, or an address as a number (IPv6 without brackets)
     * @param loop where {@code answer} is called, exactly once; from within this call when it is the calling thread's loop
     */
    void resolve(String host, EventLoop loop, Callback answer);

    @Override
    void close();

    /** Takes the outcome of one look-up. */
    interface Callback {
        /** The name's addresses, in the order in which they should be tried; at least one. */
        void resolved(List<InetAddress> addresses);

        /** There is none; {@code error} says why, for the record. */
        void unresolved(String error);
    }
}
