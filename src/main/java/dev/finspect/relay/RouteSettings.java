package dev.finspect.relay;

import dev.finspect.session.watch.DiagnosisSettings;
import java.net.InetSocketAddress;
import java.util.List;

/**
 * One route: where it listens, which service it runs in front of, how it behaves.
 *
 * @param name unique; label of its meters and records
 * @param listen addresses to listen on; port 0 takes any free one
 * @param upstreams tried in this order until one connects
 * @param allow client networks let in; empty lets all in
 * @param refuse client networks refused, stronger than {@code allow}
 * @param closePolicy as it starts; it can be switched while the relay runs
 * @param diagnosis from when on a session of the route counts as hung
 * @param interception how it intercepts connections to other addresses
 * @param proxyProtocol PROXY headers, received and sent
 * @param tls whether the cleartext of TLS handshakes is observed
 */
public record RouteSettings(
        String name,
        List<InetSocketAddress> listen,
        List<UpstreamTarget> upstreams,
        List<Network> allow,
        List<Network> refuse,
        Timeouts timeouts,
        SocketSettings clientSocket,
        SocketSettings upstreamSocket,
        ClosePolicy closePolicy,
        DiagnosisSettings diagnosis,
        Interception interception,
        ProxyProtocol proxyProtocol,
        TlsChoice tls) {}
