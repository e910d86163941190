package dev.finspect.relay;

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
 * @param failure told of errors after which a loop cannot go on
 */
public record RelayParts(
        UpstreamResolver resolver,
        PipeSizer pipeSizer,
        Supplier<List<InetSocketAddress>> ownAddresses,
        LoopFailure failure) {
    /** Parts of a relay whose errors are thrown on. */
    public RelayParts(UpstreamResolver resolver, PipeSizer pipeSizer, Supplier<List<InetSocketAddress>> ownAddresses) {
        this(resolver, pipeSizer, ownAddresses, LoopFailure.RETHROW);
    }
}
