package dev.finspect.kernel.sockets;

import dev.finspect.record.PeerSocket;
import dev.finspect.tcp.FourTuple;
import dev.finspect.tcp.IpAddress;
import dev.finspect.tcp.TcpState;
import dev.finspect.wire.diag.SocketEntry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Looks up a peer's socket and the program that owns it. Not thread-safe. */
final class PeerSocketLookup implements AutoCloseable {
    private static final SocketOwners.Search NOT_SOUGHT =
            new SocketOwners.Search(null, "its program was not looked for");
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final SocketTable table;
    private final SocketOwners programs;

    PeerSocketLookup(SocketTable table, SocketOwners programs) {
        this.table = table;
        this.programs = programs;
    }

    /** The result if the socket is not visible, with the reason. */
    static PeerSocket unseen(long atEpochNanos, PeerSocket.@Nullable Listening listening, String reason) {
        return new PeerSocket(
                atEpochNanos,
                null,
                -1,
                -1,
                new PeerSocket.Due("none", -1),
                PeerSocket.Holder.UNSEEN,
                listening,
                reason);
    }

    /**
     * Looks up the socket.
     *
     * @param peerTuple from the peer to finspect
     * @param withProgram whether to search the processes for the one that has it open, which can take long
     * @throws IOException if the socket table does not reply
     */
    PeerSocket find(FourTuple peerTuple, boolean withProgram, long atEpochNanos, long nowNanos) throws IOException {
        Optional<SocketEntry> found = table.find(peerTuple);
        if (found.isPresent() && found.get().tuple().equals(peerTuple)) {
            return described(found.get(), withProgram, atEpochNanos, nowNanos);
        }
        Optional<SocketEntry> listener = found.filter(entry -> entry.state() == TcpState.LISTEN);
        return unseen(
                atEpochNanos,
                listener.isEmpty() ? null : listening(listener.get()),
                "this host's socket table has no socket " + peerTuple
                        + ": it is closed, in another network namespace, or behind address translation");
    }

    private PeerSocket described(SocketEntry entry, boolean withProgram, long atEpochNanos, long nowNanos)
            throws IOException {
        boolean programHasIt = entry.inode() != 0;
        PeerSocket.Listening listening = entry.unaccepted() ? listenerOf(entry.tuple()) : null;
        SocketOwners.Search search =
                !programHasIt ? noProgram(entry) : withProgram ? programs.holder(entry.inode(), nowNanos) : NOT_SOUGHT;
        SocketOwner program = search.program();
        boolean timed = entry.timer() != SocketEntry.Timer.NONE;
        return new PeerSocket(
                atEpochNanos,
                entry.state(),
                entry.unreadBytes(),
                entry.sendQueue(),
                new PeerSocket.Due(entry.timer().label(), timed ? entry.timerMillis() * NANOS_PER_MILLI : -1),
                new PeerSocket.Holder(
                        !entry.unaccepted(),
                        entry.uid(),
                        program == null ? -1 : program.processId(),
                        program == null ? null : program.name(),
                        program == null ? null : programs.state(program.processId(), nowNanos)),
                listening,
                search.reason());
    }

    private static SocketOwners.Search noProgram(SocketEntry entry) {
        return new SocketOwners.Search(
                null, entry.orphaned() ? PeerSocket.CLOSED_BY_PROGRAM : "no program has accepted it yet");
    }

    /** The listener of a socket: what the kernel returns for a remote address that cannot exist. */
    private PeerSocket.@Nullable Listening listenerOf(FourTuple tuple) throws IOException {
        IpAddress nobody = tuple.source().v6() ? IpAddress.v6(0, 0) : IpAddress.v4(0);
        Optional<SocketEntry> listener = table.find(new FourTuple(tuple.source(), tuple.sourcePort(), nobody, 0))
                .filter(entry -> entry.state() == TcpState.LISTEN);
        return listener.isEmpty() ? null : listening(listener.get());
    }

    /** This listener with all that share its address: the kernel spreads connections over them. */
    private PeerSocket.Listening listening(SocketEntry one) throws IOException {
        List<SocketEntry> group = new ArrayList<>();
        table.listeners(one.tuple().sourcePort(), entry -> {
            if (entry.tuple().source().equals(one.tuple().source())) {
                group.add(entry);
            }
        });
        SocketEntry fullest = one;
        long drops = group.isEmpty() ? -1 : 0;
        for (SocketEntry each : group) {
            boolean hasLessRoom = each.sendQueue() - each.receiveQueue() < fullest.sendQueue() - fullest.receiveQueue();
            fullest = hasLessRoom ? each : fullest;
            drops = drops < 0 || each.drops() < 0 ? -1 : drops + each.drops();
        }
        return new PeerSocket.Listening(
                fullest.receiveQueue(), fullest.sendQueue(), Math.max(1, group.size()), drops, null);
    }

    @Override
    public void close() {
        table.close();
    }
}
