package dev.finspect.kernel.sockets;

import dev.finspect.record.PeerSocket;
import dev.finspect.tcp.FourTuple;
import dev.finspect.tcp.IpAddress;
import dev.finspect.tcp.TcpState;
import dev.finspect.wire.diag.SocketEntry;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Looks up a peer's socket and the program that owns it. Not thread-safe. */
final class PeerSocketLookup implements AutoCloseable {
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final SocketTable table;
    private final SocketOwners programs;

    PeerSocketLookup(SocketTable table, SocketOwners programs) {
        this.table = table;
        this.programs = programs;
    }

    /** The result if the socket is not visible, with the reason. */
    static PeerSocket unseen(long atEpochNanos, PeerSocket.@Nullable Listening listening, String reason) {
        return new PeerSocket(atEpochNanos, null, -1, -1, false, "none", -1, -1, -1, null, listening, reason);
    }

    /**
     * Looks up the socket.
     *
     * @param peerTuple from the peer to finspect
     * @throws IOException if the socket table does not reply
     */
    PeerSocket find(FourTuple peerTuple, long atEpochNanos, long nowNanos) throws IOException {
        Optional<SocketEntry> found = table.find(peerTuple);
        if (found.isPresent() && found.get().tuple().equals(peerTuple)) {
            return described(found.get(), atEpochNanos, nowNanos);
        }
        Optional<SocketEntry> listener = found.filter(entry -> entry.state() == TcpState.LISTEN);
        return unseen(
                atEpochNanos,
                listener.map(PeerSocketLookup::listening).orElse(null),
                "this host's socket table has no socket " + peerTuple
                        + ": it is closed, in another network namespace, or behind address translation");
    }

    private PeerSocket described(SocketEntry entry, long atEpochNanos, long nowNanos) throws IOException {
        boolean programHasIt = entry.inode() != 0;
        PeerSocket.Listening listening = entry.unaccepted() ? listenerOf(entry.tuple()) : null;
        SocketOwners.Search search = programHasIt ? programs.holder(entry.inode(), nowNanos) : noProgram(entry);
        SocketOwner program = search.program();
        boolean timed = entry.timer() != SocketEntry.Timer.NONE;
        return new PeerSocket(
                atEpochNanos,
                entry.state(),
                entry.unreadBytes(),
                entry.sendQueue(),
                !entry.unaccepted(),
                entry.timer().label(),
                timed ? entry.timerMillis() * NANOS_PER_MILLI : -1,
                entry.uid(),
                program == null ? -1 : program.processId(),
                program == null ? null : program.name(),
                listening,
                search.reason());
    }

    private static SocketOwners.Search noProgram(SocketEntry entry) {
        return new SocketOwners.Search(
                null,
                entry.orphaned()
                        ? "its program closed it; only the kernel still handles it"
                        : "no program has accepted it yet");
    }

    /** The listener of a socket: what the kernel returns for a remote address that cannot exist. */
    private PeerSocket.@Nullable Listening listenerOf(FourTuple tuple) throws IOException {
        IpAddress nobody = tuple.source().v6() ? IpAddress.v6(0, 0) : IpAddress.v4(0);
        return table.find(new FourTuple(tuple.source(), tuple.sourcePort(), nobody, 0))
                .filter(entry -> entry.state() == TcpState.LISTEN)
                .map(PeerSocketLookup::listening)
                .orElse(null);
    }

    private static PeerSocket.Listening listening(SocketEntry listener) {
        return new PeerSocket.Listening(listener.receiveQueue(), listener.sendQueue());
    }

    @Override
    public void close() {
        table.close();
    }
}
