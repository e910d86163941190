package dev.finspect.relay;

import dev.finspect.relay.names.UpstreamResolver;
import dev.finspect.session.watch.PeerSockets;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Supplier;

/**
 * What the relay needs of others.
 *
 * @param resolver looks up upstream names; closed with the relay
 * @param pipeSizer enlarges splice pipes
 * @param ownAddresses addresses besides the listeners that must never be an upstream: the admin server's; asked at every
 *     connect whose port is one of them, from any loop
 * @param failure called for errors after which a loop cannot go on
 * @param peerSockets looks up the sockets of peers on this host
 * @param handshakes counts the handshakes under way when finspect ends
 * @param inherited listeners of the process whose place this one takes
 * @param wallClock gives times of the day, which may step; durations never come from it
 */
public record RelayParts(
        UpstreamResolver resolver,
        PipeSizer pipeSizer,
        Supplier<List<InetSocketAddress>> ownAddresses,
        LoopFailure failure,
        PeerSockets peerSockets,
        HalfOpenHandshakes handshakes,
        InheritedListeners inherited,
        InstantSource wallClock) {
    /** Parts of a relay that takes no other's place, cannot count handshakes, and uses the system's clock. */
    public static RelayParts of(
            UpstreamResolver resolver,
            PipeSizer pipeSizer,
            Supplier<List<InetSocketAddress>> ownAddresses,
            LoopFailure failure,
            PeerSockets peerSockets) {
        return new RelayParts(
                resolver,
                pipeSizer,
                ownAddresses,
                failure,
                peerSockets,
                HalfOpenHandshakes.NONE,
                InheritedListeners.none(),
                InstantSource.system());
    }

    /** The same, with a count of handshakes. */
    public RelayParts counting(HalfOpenHandshakes counted) {
        return new RelayParts(resolver, pipeSizer, ownAddresses, failure, peerSockets, counted, inherited, wallClock);
    }

    /** The same, with the listeners of the process whose place it takes. */
    public RelayParts inheriting(InheritedListeners listeners) {
        return new RelayParts(
                resolver, pipeSizer, ownAddresses, failure, peerSockets, handshakes, listeners, wallClock);
    }

    /** The same, with another clock. */
    public RelayParts at(InstantSource clock) {
        return new RelayParts(resolver, pipeSizer, ownAddresses, failure, peerSockets, handshakes, inherited, clock);
    }
}
