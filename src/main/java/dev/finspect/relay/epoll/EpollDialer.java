package dev.finspect.relay.epoll;

import dev.finspect.relay.Dialer;
import java.net.InetSocketAddress;

/** Opens upstream connections for one client's leg. Confined to its loop. */
final class EpollDialer implements Dialer {
    private final EpollLeg client;

    EpollDialer(EpollLeg client) {
        this.client = client;
    }

    @Override
    public Dialer.Attempt dial(Dialer.Requester requester, InetSocketAddress address) {
        return EpollConnecting.begin(requester, client, address);
    }
}
