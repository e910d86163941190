package dev.finspect.session.host;

import dev.finspect.record.PeerSocket;
import dev.finspect.tcp.FourTuple;
import dev.finspect.tcp.TcpState;
import dev.finspect.wire.diag.SocketEntry;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The listeners of one address and port, several where they share it (SO_REUSEPORT), at two readings.
 *
 * @param home the namespace that they are in
 * @param now not empty
 * @param before as read earlier; empty where there was none
 */
record HostListener(NamespaceReading home, List<SocketEntry> now, List<SocketEntry> before, long beforeEpochNanos) {
    /**
     * Those of these sockets that take a connection of this tuple, which leads from the originator to the responder. One of IPv6
     * takes IPv4 too where none of IPv4 listens.
     */
    static List<SocketEntry> of(List<SocketEntry> listening, FourTuple tuple) {
        List<SocketEntry> exact = listening.stream()
                .filter(each -> each.tuple().source().equals(tuple.destination()))
                .toList();
        if (!exact.isEmpty()) {
            return exact;
        }
        List<SocketEntry> any = listening.stream().filter(HostListener::isOfAny).toList();
        List<SocketEntry> sameVersion = any.stream()
                .filter(each ->
                        each.tuple().source().v6() == tuple.destination().v6())
                .toList();
        return sameVersion.isEmpty() && !tuple.destination().v6() ? any : sameVersion;
    }

    /** Whether it listens at every address. */
    private static boolean isOfAny(SocketEntry listener) {
        return listener.tuple().source().high() == 0
                && listener.tuple().source().low() == 0;
    }

    static boolean isListening(SocketEntry entry) {
        return entry.state() == TcpState.LISTEN;
    }

    /** What the records say of it: the one with least room of a group. */
    PeerSocket.Listening facts() {
        SocketEntry fullest = now.get(0);
        for (SocketEntry each : now) {
            boolean hasLessRoom = each.sendQueue() - each.receiveQueue() < fullest.sendQueue() - fullest.receiveQueue();
            fullest = hasLessRoom ? each : fullest;
        }
        return new PeerSocket.Listening(fullest.receiveQueue(), fullest.sendQueue(), now.size(), drops(now), earlier());
    }

    private PeerSocket.@Nullable Before earlier() {
        return before.size() == now.size() ? new PeerSocket.Before(beforeEpochNanos, drops(before)) : null;
    }

    private static long drops(List<SocketEntry> group) {
        long drops = 0;
        for (SocketEntry each : group) {
            if (each.drops() < 0) {
                return -1;
            }
            drops += each.drops();
        }
        return drops;
    }
}
