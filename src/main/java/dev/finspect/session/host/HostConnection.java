package dev.finspect.session.host;

import dev.finspect.tcp.FourTuple;
import dev.finspect.tcp.IpAddress;
import dev.finspect.tcp.TcpState;
import dev.finspect.wire.diag.SocketDetail;
import dev.finspect.wire.diag.SocketEntry;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One connection of which at least one end is on this host.
 *
 * @param originator the end that connected, or most likely did; null where it is not on this host
 * @param responder the other end; null likewise
 * @param listener what accepts for the responder, as far as it is on this host; null without
 * @param tuple from the originator to the responder
 */
record HostConnection(
        @Nullable HostEnd originator,
        @Nullable HostEnd responder,
        @Nullable HostListener listener,
        FourTuple tuple) {

    /** Its ends on this host. */
    Stream<HostEnd> ends() {
        return Stream.of(originator, responder)
                .filter(java.util.Objects::nonNull)
                .map(HostConnection::known);
    }

    private static HostEnd known(@Nullable HostEnd end) {
        if (end == null) {
            throw new AssertionError("it was filtered out");
        }
        return end;
    }

    /** Whether one of these sockets is an end of it, or listens for it. */
    boolean has(java.util.Set<Long> inodes) {
        return ends().anyMatch(end -> inodes.contains(end.now().inode()))
                || (listener != null && listener.now().stream().anyMatch(each -> inodes.contains(each.inode())));
    }

    /** Whether this end is known to have no program any more: it has closed, and nobody waits there for an answer. */
    boolean isLeft(boolean ofOriginator) {
        HostEnd end = ofOriginator ? originator : responder;
        if (end != null) {
            return end.now().orphaned();
        }
        IpAddress address = ofOriginator ? tuple.source() : tuple.destination();
        return address.toInetAddress().isLoopbackAddress()
                || any().home().addresses().contains(address);
    }

    /** Whether both ends are on this host. */
    boolean isWhole() {
        return originator != null && responder != null;
    }

    /** The end that is here; the originator where both are. */
    HostEnd any() {
        HostEnd end = originator == null ? responder : originator;
        return known(end);
    }

    /** The later of its readings. */
    long nowEpochNanos() {
        return ends().mapToLong(HostEnd::nowEpochNanos).max().orElseThrow();
    }

    /** What to write before a command that is to run where the responder, or its listener, is; empty where neither is here. */
    String responderEnter() {
        HostEnd end = responder;
        HostListener listens = listener;
        return end != null
                ? end.home().enter()
                : listens == null ? "" : listens.home().enter();
    }

    /** A number that stays the same at every look: the kernel's cookie of one end, or made of the addresses. */
    long number() {
        SocketDetail detail = any().now().detail();
        return detail == null ? Integer.toUnsignedLong(tuple.hashCode()) : detail.cookie();
    }

    /**
     * Whether anything at all waits in it: bytes, a FIN, accept(), or the handshake. What is left out is established, and at
     * rest as far as its ends on this host show; programs are looked up of the others alone.
     */
    boolean waits() {
        return ends().anyMatch(HostConnection::waits);
    }

    private static boolean waits(HostEnd end) {
        SocketEntry now = end.now();
        return now.state() != TcpState.ESTABLISHED
                || now.unaccepted()
                || now.receiveQueue() > 0
                || now.sendQueue() > 0
                || now.retransmits() > 0
                || end.info().probes() > 0
                || end.hasHole();
    }
}
