package dev.finspect.diagnose.finding;

import dev.finspect.diagnose.Snapshot;
import dev.finspect.diagnose.Thresholds;
import dev.finspect.fixture.LegFixture;
import dev.finspect.fixture.Lookups;
import dev.finspect.fixture.SocketFixture;
import dev.finspect.record.Attempt;
import dev.finspect.record.KernelNote;
import dev.finspect.record.Lookup;
import dev.finspect.record.PeerSocket;
import dev.finspect.tcp.ConnectResult;
import dev.finspect.tcp.Errno;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.Observation;
import dev.finspect.tcp.ResetReason;
import dev.finspect.tcp.Source;
import dev.finspect.tcp.TcpState;
import java.net.InetSocketAddress;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A session that is being opened, told in seconds since its first SYN. */
final class Opening {
    private static final long BEGIN = 1_795_384_800_000_000_000L;

    final LegFixture client = new LegFixture(Leg.CLIENT);
    final LegFixture upstream = new LegFixture(Leg.UPSTREAM);
    Snapshot.Proxy proxy = Snapshot.Proxy.RELAYS;

    /** A session of which these things are so. */
    static Opening where(Consumer<Opening> told) {
        Opening opening = new Opening();
        told.accept(opening);
        return opening;
    }

    static long at(double seconds) {
        return BEGIN + Math.round(seconds * 1e9);
    }

    static double seconds(long atEpochNanos) {
        return (atEpochNanos - BEGIN) / 1e9;
    }

    static Fact<Long> wire(double seconds) {
        return new Fact<>(at(seconds), Source.WIRE);
    }

    static Fact<Long> socket(double seconds) {
        return Fact.socket(at(seconds));
    }

    static Fact<Long> count(long number) {
        return new Fact<>(number, Source.WIRE);
    }

    static Fact<Long> nanos(double seconds) {
        return new Fact<>(Math.round(seconds * 1e9), Source.WIRE);
    }

    Snapshot now(double seconds) {
        return snapshot(seconds, false);
    }

    Snapshot over(double seconds) {
        return snapshot(seconds, true);
    }

    private Snapshot snapshot(double seconds, boolean over) {
        return new Snapshot(at(seconds), over, Thresholds.STANDARD, client.build(), upstream.build(), proxy);
    }

    /** What is known of an attempt, to be completed. */
    static final class Try {
        private final double begun;
        private @Nullable InetSocketAddress address = new InetSocketAddress("10.0.0.5", 5432);
        private @Nullable ConnectResult result;
        private @Nullable Fact<Long> ended;
        private @Nullable Fact<Errno> errno;
        private @Nullable Fact<Long> syns;
        private @Nullable Fact<Long> synAck;
        private @Nullable Fact<Long> rst;
        private @Nullable Fact<String> icmp;
        private @Nullable Fact<Long> timeWaits;
        private KernelNote kernel = KernelNote.NOT_OBSERVED;

        Try(double begun) {
            this.begun = begun;
        }

        Try to(String tried) {
            address = new InetSocketAddress(tried, 5432);
            return this;
        }

        Try noAddress() {
            address = null;
            return this;
        }

        Try ended(double seconds, ConnectResult how) {
            ended = socket(seconds);
            result = how;
            return this;
        }

        Try errno(Errno error) {
            errno = Fact.socket(error);
            return this;
        }

        Try syns(long number) {
            syns = count(number);
            return this;
        }

        Try synAck(double seconds) {
            synAck = wire(seconds);
            return this;
        }

        Try rst(double seconds) {
            rst = wire(seconds);
            return this;
        }

        Try noted(double seconds, String reason) {
            kernel = KernelNote.ofReset(Fact.kernel(at(seconds)), Fact.kernel(new ResetReason(reason)));
            return this;
        }

        Try icmp(String text) {
            icmp = new Fact<>(text, Source.WIRE);
            return this;
        }

        Try timeWaits(long number) {
            timeWaits = Fact.kernel(number);
            return this;
        }

        void in(Opening opening) {
            Attempt.End end = result == null || ended == null
                    ? null
                    : new Attempt.End(result, ended, 0, null, Observation.of(errno));
            opening.upstream.attempts.add(new Attempt(
                    "db:5432",
                    address,
                    null,
                    socket(begun),
                    end,
                    new Attempt.Answers(
                            Observation.of(syns),
                            Observation.of(synAck),
                            Observation.of(rst),
                            Observation.of(icmp),
                            Observation.of(timeWaits)),
                    null,
                    kernel));
        }
    }

    /** A look-up of {@code db}, for the upstream, that began then. */
    void lookup(double begun, Lookup.Purpose purpose, Lookup.@Nullable End end) {
        upstream.lookups.add(new Lookup("db", purpose, socket(begun), Fact.socket(Lookups.SERVER), end));
    }

    static Try attempt(double begun) {
        return new Try(begun);
    }

    /** The listener that a look-up of the peer's socket found in its place. */
    static Fact<PeerSocket> listener(double seconds, long waiting, long backlog) {
        return Fact.kernel(SocketFixture.unseen(
                at(seconds), new PeerSocket.Listening(waiting, backlog, 1, -1, null), "no such socket"));
    }

    /** The same, of which an earlier look is known: when, and what the listener had dropped by then and by now. */
    static Fact<PeerSocket> listener(double seconds, double before, long droppedBefore, long dropped) {
        PeerSocket seen = listener(seconds, 0, 128).value();
        return Fact.kernel(seen.with(
                new PeerSocket.Listening(0, 128, 1, dropped, new PeerSocket.Before(at(before), droppedBefore))));
    }

    /** The peer's socket. */
    static Fact<PeerSocket> socketOf(double seconds, TcpState state, long unread, boolean accepted) {
        return Fact.kernel(SocketFixture.seen(
                at(seconds),
                state,
                unread,
                0,
                accepted,
                0,
                accepted ? 812 : -1,
                accepted ? "postgres" : null,
                accepted ? null : new PeerSocket.Listening(3, 128, 1, -1, null),
                null));
    }
}
