package dev.finspect.relay.epoll;

import dev.finspect.relay.Dialer;
import dev.finspect.relay.RelaySession;
import dev.finspect.tcp.ConnectResult;
import dev.finspect.tcp.Errno;
import dev.finspect.wire.TcpInfo;
import io.netty.channel.ChannelException;
import io.netty.channel.epoll.LinuxSocket;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** An upstream's leg whose connection is being opened, on an epoll loop. Confined to the loop. */
final class EpollConnecting implements EpollPhase, Dialer.Attempt {
    private static final Dialer.Attempt NO_ATTEMPT = () -> null;

    private final Dialer.Requester requester;
    private final EpollLeg client;
    private final EpollLeg upstream;

    private EpollConnecting(Dialer.Requester requester, EpollLeg client, EpollLeg upstream) {
        this.requester = requester;
        this.client = client;
        this.upstream = upstream;
    }

    /** Begins to connect for this client. */
    static Dialer.Attempt begin(Dialer.Requester requester, EpollLeg client, InetSocketAddress address) {
        EpollLoop loop = client.loop;
        RelaySession session = client.session;
        LinuxSocket opened = null;
        EpollLeg upstream = null;
        loop.ownDialling.begins();
        try {
            opened = UpstreamSockets.connecting(session, address);
            upstream = new EpollLeg(loop, opened, session, client.leg.other());
            upstream.ownDial = UpstreamSockets.remember(session, opened);
            EpollConnecting connecting = new EpollConnecting(requester, client, upstream);
            upstream.begins(connecting);
            upstream.pairWith(client);
            upstream.register();
            return connecting;
        } catch (IOException | ChannelException | UncheckedIOException e) {
            if (upstream != null) {
                upstream.giveBack();
            } else if (opened != null) {
                EpollLeg.closeQuietly(opened);
            }
            Errno errno = NettyErrno.ofConnect(e, address);
            if (errno.isShortage()) {
                loop.shortage.failed(System.nanoTime());
            }
            requester.failed(errno, errno.equals(Errno.UNKNOWN) ? e.toString() : NettyErrno.words(errno), null);
            return NO_ATTEMPT;
        } finally {
            loop.ownDialling.ends();
        }
    }

    @Override
    public @Nullable InetSocketAddress abandon() {
        InetSocketAddress local = upstream.socket.localAddress();
        upstream.giveBack();
        return local;
    }

    @Override
    public @Nullable TcpInfo tcpInfo() {
        return upstream.tcpInfo();
    }

    /** OUT without ERR or HUP means connected. ECONNRESET and EPIPE come only after the handshake was done. */
    @Override
    public void happened(int bits) {
        if (!EpollBits.any(bits, EpollBits.OUT | EpollBits.ERR | EpollBits.HUP)) {
            return;
        }
        Errno errno = EpollBits.any(bits, EpollBits.ERR | EpollBits.HUP) ? error() : Errno.UNKNOWN;
        boolean wasConnected =
                errno.equals(Errno.UNKNOWN) || errno.equals(Errno.ECONNRESET) || errno.equals(Errno.EPIPE);
        InetSocketAddress local = upstream.socket.localAddress();
        if (!wasConnected || local == null) {
            upstream.giveBack();
            requester.failed(errno, NettyErrno.words(errno), local);
            return;
        }
        if (!sendHeader()) {
            upstream.giveBack();
            requester.failed(ConnectResult.FAILED, "no room for the PROXY header", local);
            return;
        }
        upstream.flows();
        client.pairWith(upstream);
        requester.connected(upstream, local);
        if (!errno.equals(Errno.UNKNOWN)) {
            upstream.fail(errno);
        }
        upstream.ready(bits & ~EpollBits.ERR);
    }

    private Errno error() {
        try {
            return new Errno(upstream.socket.getSoError());
        } catch (IOException e) {
            return NettyErrno.of(e);
        }
    }

    /** Writes the PROXY header where one is wanted, for which an unused connection has room; whether it went. */
    private boolean sendHeader() {
        RelaySession session = upstream.session;
        byte[] header = session.headerForUpstream();
        if (header.length == 0) {
            return true;
        }
        EpollLoop loop = upstream.loop;
        loop.scratch.clear();
        loop.scratch.put(header);
        loop.scratch.clear();
        try {
            boolean went = upstream.socket.sendAddress(loop.scratchAddress, 0, header.length) == header.length;
            if (went) {
                session.headerSent(header);
            }
            return went;
        } catch (IOException e) {
            return true; // The connection is over already, which is reported later.
        }
    }
}
