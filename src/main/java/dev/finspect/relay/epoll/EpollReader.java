package dev.finspect.relay.epoll;

import dev.finspect.relay.RelaySession;
import dev.finspect.session.live.LegTraffic;
import dev.finspect.tcp.Errno;
import dev.finspect.tcp.Leg;
import io.netty.channel.epoll.LinuxSocket;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The reading side of one leg: moves what its peer sends to the other leg's output, by {@link EpollCopy} or {@link EpollBulk},
 * and reports to the session how far it is read. Confined to the loop. Nothing is allocated for a chunk of bytes.
 */
final class EpollReader implements EpollInput {
    /** Reads before the other sockets of the loop get their turn. */
    private static final int READS_A_TURN = 16;
    /** The same where each may move a megabyte: more, and both ends wait for the relay by turns. */
    private static final int SPLICES_A_TURN = 4;

    /** The connection that is read. */
    interface Connection {
        /** Whether its socket is closed. */
        boolean isClosed();

        /** Whether an RST or another error has ended it, and its socket is still open. */
        boolean hasFailed();

        /** It is over, by an RST or otherwise. */
        void fail(Errno errno);

        /** The other leg's connection is over. */
        void otherFailed(Errno errno);
    }

    /** How far the peer's bytes are read. */
    private enum Progress {
        OPEN,
        /** The kernel has the FIN, perhaps behind unread bytes. */
        FIN_ARRIVED,
        /** Everything is read. */
        AT_END,
        /** Everything is in the other leg's kernel queue, and the session has that reported. */
        DELIVERED
    }

    private final EpollLoop loop;
    private final LinuxSocket socket;
    private final RelaySession session;
    private final Leg leg;
    private final LegTraffic traffic;
    private final Connection connection;
    private final EpollInterest interest;
    private final EpollCopy copy;
    /** Moves many bytes; null before there were many. */
    private @Nullable EpollBulk bulk;
    /** The other leg's; null before it is there. */
    private @Nullable EpollOutput to;

    private Progress progress = Progress.OPEN;
    /** The session has commanded to read. */
    private boolean reading;
    /** A read may find something. */
    private boolean readable;
    /** The other leg takes no more for now, and the session has that reported. */
    private boolean paused;

    private boolean urgent;

    EpollReader(
            EpollLoop loop,
            LinuxSocket socket,
            RelaySession session,
            Leg leg,
            Connection connection,
            EpollInterest interest) {
        this.loop = loop;
        this.socket = socket;
        this.session = session;
        this.leg = leg;
        this.traffic = session.traffic(leg);
        this.connection = connection;
        this.interest = interest;
        this.copy = new EpollCopy(this);
    }

    /** The other leg is there. */
    void pairWith(EpollOutput other) {
        to = other;
    }

    // Events of the socket.

    /** epoll reported a FIN or urgent data. */
    void endOrUrgent(int bits, long nowNanos) {
        if (EpollBits.any(bits, EpollBits.PRI) && !urgent) {
            urgent = true;
            session.urgentSeen(leg, nowNanos);
        }
        if (EpollBits.any(bits, EpollBits.RDHUP)) {
            readable = true;
            if (progress == Progress.OPEN) {
                progress = Progress.FIN_ARRIVED;
                if (!connection.isClosed() && !connection.hasFailed()) {
                    session.finArrived(leg, nowNanos);
                }
            }
        }
    }

    /** epoll reported input. */
    void inputCame() {
        if (readable && paused) {
            interest.mute();
        }
        readable = true;
    }

    // Commands of the session.

    void start() {
        reading = true;
        pumpIfReadable();
    }

    void stop() {
        reading = false;
        discard();
    }

    void deliverRest() {
        reading = true;
        readable = true;
        pump();
    }

    /** Whether everything that its peer sent is read. */
    boolean isAtEnd() {
        return progress.compareTo(Progress.AT_END) >= 0;
    }

    /** Counts what a peer that reset its connection had sent and what there is no time left to deliver. */
    void countUnread() {
        EpollOutput output = to;
        try {
            int read = output == null ? -1 : socket.recvAddress(loop.scratchAddress, 0, EpollLoop.SCRATCH_BYTES);
            while (read > 0 && output != null) {
                traffic.received(read, System.nanoTime());
                output.traffic.undeliveredBytes += read;
                read = socket.recvAddress(loop.scratchAddress, 0, EpollLoop.SCRATCH_BYTES);
            }
        } catch (IOException e) {
            // The end of what there is.
        }
    }

    // Moving the bytes.

    /** Moves bytes where a read may find some. */
    void pumpIfReadable() {
        if (readable) {
            pump();
        }
    }

    /** Moves bytes to the other leg until there are none, that takes none, or others must have their turn. */
    void pump() {
        EpollOutput output = to;
        if (!reading || isClosed() || output == null || !flush(output)) {
            return;
        }
        if (paused) {
            paused = false;
            session.resumed(leg, System.nanoTime());
        }
        if (isAtEnd()) {
            reportDelivered();
            return;
        }
        long now = System.nanoTime();
        int turns = isBulk() ? SPLICES_A_TURN : READS_A_TURN;
        while (readable) {
            if (!output.isWritable()) {
                pause(now);
                return;
            }
            if (turns-- == 0) {
                interest.listenAgain();
                return;
            }
            EpollBulk many = bulk;
            boolean goesOn = (many != null && many.isOn()) ? many.move(output, now) : copy.move(output, now);
            if (!goesOn) {
                return;
            }
        }
        if (interest.isMuted()) {
            interest.listenAgain();
        }
    }

    private boolean flush(EpollOutput output) {
        return copy.flush(output) && (bulk == null || bulk.flush(output));
    }

    private boolean isBulk() {
        return bulk != null && bulk.isOn();
    }

    private void reportDelivered() {
        if (progress != Progress.DELIVERED && !isClosed()) {
            progress = Progress.DELIVERED;
            session.delivered(leg);
        }
    }

    // For what moves them.

    @Override
    public EpollLoop loop() {
        return loop;
    }

    @Override
    public LinuxSocket socket() {
        return socket;
    }

    @Override
    public void received(int bytes, long nowNanos) {
        boolean first = traffic.firstReceivedAtNanos == LegTraffic.NEVER;
        traffic.received(bytes, nowNanos);
        if (first) {
            session.firstByte(leg, nowNanos);
        }
    }

    @Override
    public void show(int bytes) {
        if (session.looksAtBytes()) {
            session.read(leg, loop.scratch, 0, bytes);
        }
    }

    @Override
    public void readable(boolean maybe) {
        readable = maybe;
    }

    @Override
    public boolean finArrived() {
        return progress != Progress.OPEN;
    }

    /** A read ends early at urgent data, too, of which a muted socket says nothing. */
    @Override
    public boolean endsWithShortRead() {
        return finArrived() && !urgent && !interest.isMuted() && !connection.hasFailed();
    }

    @Override
    public boolean endMayHaveCome() {
        return finArrived() || connection.hasFailed();
    }

    @Override
    public boolean urgentSeen() {
        return urgent;
    }

    @Override
    public boolean isClosed() {
        return connection.isClosed();
    }

    @Override
    public void goInBulk() {
        EpollBulk many = bulk;
        if (many == null) {
            many = new EpollBulk(this);
            bulk = many;
        }
        many.begin();
    }

    @Override
    public void pause(long nowNanos) {
        if (!paused) {
            paused = true;
            session.paused(leg, nowNanos);
        }
    }

    @Override
    public void endOfInput() {
        readable = false;
        progress = Progress.AT_END;
        session.inputEnded(leg);
        reportDelivered();
    }

    @Override
    public void readFailed(IOException error) {
        readable = false;
        progress = Progress.AT_END;
        connection.fail(NettyErrno.of(error));
        reportDelivered();
    }

    @Override
    public void writeFailed(Errno errno) {
        connection.otherFailed(errno);
    }

    @Override
    public void discard() {
        int lost = copy.discard() + (bulk == null ? 0 : bulk.discard());
        if (to != null) {
            to.traffic.undeliveredBytes += lost;
        }
    }
}
