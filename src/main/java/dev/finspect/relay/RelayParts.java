package dev.finspect.relay;

import dev.finspect.relay.names.UpstreamResolver;
import dev.finspect.session.watch.PeerSockets;
import java.net.InetSocketAddress;
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
 */
public record RelayParts(
        UpstreamResolver resolver,
        PipeSizer pipeSizer,
        Supplier<List<InetSocketAddress>> ownAddresses,
        LoopFailure failure,
        PeerSockets peerSockets) {}
