package dev.finspect.relay.names;

import dev.finspect.record.Lookup;
import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Looks up the addresses of upstream names without blocking a loop. Any thread. */
public interface UpstreamResolver extends AutoCloseable {
    /** However old, as long as it is good. */
    Duration ANY_AGE = Duration.ofDays(1);

    /**
     * Looks {@code host} up.
     *
     * @param host a name, or an address as a number (IPv6 without brackets)
     * @param oldest the greatest age of an answer that is kept; an older one is asked for again
     * @param loop where {@code answer} is called, exactly once; from within this call when it is the calling thread's loop
     * @return the look-up while it goes on
     */
    UnderWay resolve(String host, Duration oldest, EventLoop loop, Callback answer);

    @Override
    void close();

    /** A look-up that goes on. Any thread. */
    interface UnderWay {
        /** One of which nobody says which server is asked. */
        UnderWay UNSEEN = () -> null;

        /** The name server that was asked last; null where none was yet, and where it is not known. */
        @Nullable
        InetSocketAddress server();
    }

    /** Takes the outcome of one look-up. */
    interface Callback {
        /** The name's addresses, in the order in which they should be tried; at least one. */
        void resolved(Resolved found);

        /** There is none; {@code error} says why, for the record. */
        void unresolved(Lookup.Result result, String error);
    }
}
