package dev.finspect.diagnose.reading;

import dev.finspect.diagnose.Blame;
import dev.finspect.diagnose.Expectation;
import dev.finspect.diagnose.Situation;
import dev.finspect.diagnose.Snapshot;
import dev.finspect.diagnose.question.KernelReason;
import dev.finspect.diagnose.question.LostRequest;
import dev.finspect.diagnose.question.PeerHost;
import dev.finspect.diagnose.question.PeerReset;
import dev.finspect.diagnose.question.ReadProgress;
import dev.finspect.diagnose.question.SendProgress;
import dev.finspect.diagnose.question.SessionPhase;
import dev.finspect.diagnose.question.Turn;
import dev.finspect.record.CloseMark;
import dev.finspect.record.Habit;
import dev.finspect.record.LegRecord;
import dev.finspect.record.LegWire;
import dev.finspect.record.PeerSocket;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Leg;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;

/** Readings that several kinds of finding share. Pure. */
public final class OtherReadings {
    /** A delayed ACK, RFC 9293 3.8.6.3. */
    private static final long DELAYED_ACK_NANOS = Duration.ofMillis(500).toNanos();

    /**
     * A window opens again once a sixteenth of the buffer is free, or a segment of up to 64 kB fits: a program that reads 10 kB/s
     * makes that much room in less. Where its queue can be seen, it is seen to read within this time.
     */
    private static final long MAKING_ROOM_NANOS = Duration.ofSeconds(30).toNanos();

    /** Whose window was closed for so long before it opened, is known to read slowly. */
    private static final long SLOW_NANOS = Duration.ofSeconds(2).toNanos();

    private static final long TIMES_AS_LONG = 3;

    /** So many answered resends show that they arrive. */
    private static final long FEW_AGAIN = 3;

    /** The peer's host is down, or has lost the connection. */
    public static final OtherReading HOST_GONE = new OtherReading(
            "host-gone",
            "the PEER's host is down, or has lost the connection",
            "the peer's address is on this host; a segment of the peer that came later than a reaction to what was sent; rare"
                    + " where it has acknowledged everything",
            "`finspect explain --probe`, or a ping of the PEER's host",
            OtherReadings::peer,
            OtherReadings::hostGone);

    /** The peer's kernel gets what is sent again, and drops it. */
    public static final OtherReading DROPPED_THERE = new OtherReading(
            "dropped-there",
            "the PEER's kernel gets what is sent again and drops it: a wrong checksum, TCP-MD5, an old time stamp, no memory",
            "it answers fewer of the segments that are sent again than there are (captured); else it is rare where the PEER's"
                    + " answers were not captured",
            "the counters of TCP on the PEER's host (`nstat`)",
            OtherReadings::peer,
            OtherReadings::droppedThere);

    /** The peer reads nothing, so that what was sent finds no room. */
    public static final OtherReading WINDOW_FULL = new OtherReading(
            "window-full",
            "the PEER has stopped reading, and its window is full",
            "its window has room",
            "the window that the PEER announces, in a capture",
            OtherReadings::peer,
            OtherReadings::windowFull);

    /** Segments to the peer are lost on the way. */
    public static final OtherReading WAY_THERE = new OtherReading(
            "network-there",
            "the network loses what is sent to the PEER",
            "everything sent is acknowledged (tcp_info, or captured ACKs)",
            "a capture on the PEER's host: do the segments arrive?",
            OtherReadings::way,
            OtherReadings::wayThere);

    /** Segments of the peer are lost on the way. */
    public static final OtherReading WAY_BACK = new OtherReading(
            "network-back",
            "the network loses what the PEER sends",
            "a segment of the peer that came later than its acknowledgement; the peer's socket on this host, which has"
                    + " nothing left to send; rare where its acknowledgement arrived and it is known that no probe is"
                    + " unanswered",
            "a capture on the PEER's host: does it send?",
            OtherReadings::way,
            OtherReadings::wayBack);

    /** The other peer owes the rest of its word. */
    public static final OtherReading OTHER_OWES = new OtherReading(
            "other-peer-owes",
            "the OTHER has not sent all of its word yet",
            "the peer's program, on this host, has read nothing of it; rare where it was sent in one go, up to 16 KiB"
                    + " within a second",
            "the OTHER's log: has it sent the whole request?",
            OtherReadings::otherPeer,
            OtherReadings::otherOwes);

    /** finspect holds back what was sent. */
    public static final OtherReading FINSPECT_HOLDS = new OtherReading(
            "finspect-holds",
            "finspect holds back what the PEER sent",
            "finspect reads from the peer: its reading is not paused, and its memory for held bytes is not used up",
            "`finspect explain`: is reading from the PEER paused?",
            OtherReadings.by(Blame.FINSPECT),
            OtherReadings::finspectHolds);

    /** The capture lacks segments that would show that nothing is wrong. */
    public static final OtherReading NOT_CAPTURED = new OtherReading(
            "not-captured",
            "the capture lacks the segments that show that nothing is wrong",
            "finspect's own sockets, which see every byte; a capture that has the whole connection",
            "a capture of the whole connection",
            OtherReadings::nobody,
            OtherReadings::notCaptured);

    /** A device on the way sent the RST in the peer's name. */
    public static final OtherReading FORGED_RESET = new OtherReading(
            "reset-by-device",
            "a device on the way sent the RST in the PEER's name",
            "the peer's address is on this host, or its kernel is and has sent the RST (kernel tracing); rare where the RST has"
                    + " the time to live of the peer's other segments",
            "the time to live of the RST and of the PEER's other segments, in a capture (`--capture lifecycle`, as root)",
            OtherReadings::way,
            OtherReadings::forgedReset);

    /** What was sent needs no answer. */
    public static final OtherReading NO_ANSWER_EXPECTED = new OtherReading(
            "no-answer-expected",
            "what was sent needs no answer, or the PEER may take its time",
            "`answers: expected` of the route; the peer's program, on this host, has read nothing of it; rare where the route"
                    + " has always answered words of this size and position",
            "`answers: expected` or `answers: not-expected` of the route, by whoever knows the protocol",
            OtherReadings::nobody,
            OtherReadings::noAnswerExpected);

    /** What a client sent to an upstream that was closing is a goodbye, such as a TLS close_notify. */
    public static final OtherReading GOODBYE = new OtherReading(
            "no-request",
            "what was sent was a goodbye, and nothing is lost",
            "it is larger than 100 bytes; else it is rare, since its client did not close after it",
            "the client's log: did a request fail?",
            OtherReadings::nobody,
            OtherReadings::goodbye);

    /** The peer's window is closed for a while, since its program reads slowly. */
    public static final OtherReading READS_SLOWLY = new OtherReading(
            "reads-slowly",
            "the PEER's program reads slowly, and has not made enough room yet",
            "the peer's process, on this host, is stopped, or has read nothing for thirty seconds; rare where its window has"
                    + " been closed for thirty seconds, or for ninety where it was closed for two before it opened, and for"
                    + " three times as long as ever before",
            "a later look: does the window open, or Recv-Q shrink on the PEER's host?",
            OtherReadings::nobody,
            OtherReadings::readsSlowly);

    /** Bytes lie unread since the peer's program reads when it next needs to. */
    public static final OtherReading READS_LATER = new OtherReading(
            "reads-later",
            "the PEER's program reads at its own pace, and pauses",
            "its process is stopped, or has read nothing for thirty seconds; no bytes that lie unread. Open for a client that"
                    + " was sent up to 100 bytes, or has read the answer to its last word: what came after it, up to 16 KiB,"
                    + " may be a notification, which many programs read only when they next use the connection",
            "a later look: does Recv-Q shrink on the PEER's host?",
            OtherReadings::nobody,
            OtherReadings::readsLater);

    /** Those of a peer that owes the next bytes. */
    public static final List<OtherReading> OF_OWED_BYTES = List.of(
            WAY_THERE, HOST_GONE, WAY_BACK, NO_ANSWER_EXPECTED, READS_LATER, OTHER_OWES, FINSPECT_HOLDS, NOT_CAPTURED);

    private OtherReadings() {}

    /** A reading of a party that is the same for every leg. */
    public static Function<Situation, Blame> by(Blame party) {
        return situation -> party;
    }

    /** The network between finspect and the peer of the finding's leg. */
    public static Blame way(Situation situation) {
        return Blame.networkTo(situation.oneLeg());
    }

    /** The peer of the finding's leg. */
    public static Blame peer(Situation situation) {
        return Blame.peer(situation.oneLeg());
    }

    private static Blame otherPeer(Situation situation) {
        return Blame.peer(situation.oneLeg().other());
    }

    private static Blame nobody(Situation situation) {
        return Blame.NOBODY;
    }

    private static LegRecord leg(Snapshot snapshot, Situation situation) {
        return snapshot.leg(situation.oneLeg());
    }

    private static ReadingResult hostGone(Snapshot snapshot, Situation situation) {
        LegRecord it = leg(snapshot, situation);
        if (PeerHost.isHere(it)) {
            return ReadingResult.ruledOut("the PEER's address is on this host");
        }
        long heard = SendProgress.heardAt(it);
        if (heard >= situation.eventEpochNanos() + SessionPhase.reactionNanos(it)) {
            return it.roundTrip().isKnown()
                    ? ReadingResult.ruledOut("a segment of the PEER has arrived since", heard)
                    : ReadingResult.rare("a segment of it has arrived since, which seldom was on its way for so long");
        }
        return Boolean.TRUE.equals(it.allAcknowledged())
                ? ReadingResult.rare("its kernel acknowledged everything, and seldom does a host go down just then")
                : snapshot.vantage() == Snapshot.Vantage.BESIDE
                        ? ReadingResult.open("a ping of the PEER's host")
                        : ReadingResult.open();
    }

    private static ReadingResult droppedThere(Snapshot snapshot, Situation situation) {
        LegRecord it = leg(snapshot, situation);
        LegWire wire = it.wire();
        boolean known = it.data().flight().lastHeardAt().isKnown();
        if (known && SendProgress.heardAt(it) < situation.sinceEpochNanos()) {
            return ReadingResult.ruledOut("nothing has come from it since: a kernel answers what it drops");
        }
        if (wire == null || !wire.mode().seesData()) {
            return ReadingResult.rare("a kernel seldom drops what it gets");
        }
        long again = it.data().loss().retransmitsSent().or(0L);
        return wire.peerEnd().stream().duplicateAcks() >= Math.max(FEW_AGAIN, again)
                ? ReadingResult.open()
                : ReadingResult.ruledOut("it does not answer each segment that is sent again");
    }

    private static ReadingResult windowFull(Snapshot snapshot, Situation situation) {
        return leg(snapshot, situation).data().windows().full().or(true)
                ? ReadingResult.open()
                : ReadingResult.ruledOut("the PEER's window has room", snapshot.nowEpochNanos());
    }

    private static ReadingResult wayThere(Snapshot snapshot, Situation situation) {
        LegRecord it = leg(snapshot, situation);
        return Boolean.TRUE.equals(it.allAcknowledged())
                ? ReadingResult.ruledOut("everything sent is acknowledged", snapshot.nowEpochNanos())
                : ReadingResult.open();
    }

    private static ReadingResult wayBack(Snapshot snapshot, Situation situation) {
        LegRecord it = leg(snapshot, situation);
        long heard = SendProgress.heardAt(it);
        if (heard >= situation.eventEpochNanos() + SessionPhase.reactionNanos(it) + DELAYED_ACK_NANOS) {
            return ReadingResult.ruledOut("a segment of the PEER has arrived since", heard);
        }
        PeerSocket socket = it.peerSocket();
        if (socket != null && socket.seen() && socket.unsentBytes() == 0) {
            return ReadingResult.ruledOut("the PEER's socket has nothing left to send", socket.atEpochNanos());
        }
        boolean unprobed = it.data().flight().probes().or(1L) == 0;
        return Boolean.TRUE.equals(it.allAcknowledged()) && unprobed
                ? ReadingResult.rare("its acknowledgement arrived, and nothing shows that later segments are lost")
                : ReadingResult.open();
    }

    private static ReadingResult finspectHolds(Snapshot snapshot, Situation situation) {
        LegRecord it = leg(snapshot, situation);
        boolean captured = it.wire() != null && it.wire().mode().passive();
        if (captured || snapshot.vantage() == Snapshot.Vantage.BESIDE) {
            return ReadingResult.none();
        }
        return SessionPhase.readingPaused(snapshot, it)
                ? ReadingResult.open()
                : ReadingResult.ruledOut("finspect reads whatever the PEER sends", snapshot.nowEpochNanos());
    }

    private static ReadingResult otherOwes(Snapshot snapshot, Situation situation) {
        LegRecord it = leg(snapshot, situation);
        if (ReadProgress.unreadSince(snapshot, it) != null) {
            return ReadProgress.isStopped(it) || !ReadProgress.isAllUnread(it)
                    ? ReadingResult.ruledOut("the PEER's program has not read what it was sent")
                    : ReadingResult.rare("programs seldom wait for the rest with their input unread (MSG_PEEK)");
        }
        return Turn.isSentAtOnce(it)
                ? ReadingResult.rare("it was sent in one go, and a word is seldom left unfinished after that")
                : ReadingResult.open();
    }

    private static ReadingResult notCaptured(Snapshot snapshot, Situation situation) {
        LegWire wire = leg(snapshot, situation).wire();
        if (snapshot.vantage() == Snapshot.Vantage.BESIDE) {
            return ReadingResult.none();
        }
        if (wire == null || !wire.mode().passive()) {
            return ReadingResult.ruledOut("finspect's own sockets have seen every byte");
        }
        return wire.isComplete()
                ? ReadingResult.ruledOut("the capture has the whole connection")
                : ReadingResult.open();
    }

    private static ReadingResult forgedReset(Snapshot snapshot, Situation situation) {
        LegRecord it = leg(snapshot, situation);
        CloseMark rst = it.close().peerRst().orNull();
        if (PeerHost.isHere(it)) {
            return ReadingResult.ruledOut("the PEER's address is on this host");
        }
        if (KernelReason.isOwn(rst)) {
            return ReadingResult.ruledOut("the PEER's own kernel, on this host, sent it", situation.eventEpochNanos());
        }
        return rst != null && PeerReset.isLikeOthers(it, rst)
                ? ReadingResult.rare("the RST has the time to live of the PEER's other segments")
                : ReadingResult.open();
    }

    private static ReadingResult noAnswerExpected(Snapshot snapshot, Situation situation) {
        LegRecord it = leg(snapshot, situation);
        if (ReadProgress.unreadSince(snapshot, it) != null) {
            return ReadingResult.ruledOut("the PEER's program has not read what it was sent");
        }
        if (snapshot.answers() == Expectation.EXPECTED) {
            return ReadingResult.ruledOut("the route says `answers: expected`");
        }
        boolean speaks =
                it.bytesReceived() > 0 || it.peerProgram().speaksElsewhere().or(false);
        Habit habit = it.peerProgram().habit().orNull();
        boolean isElsewhere = it.peerProgram().silentElsewhere().or(false) && Turn.isSentAtOnce(it);
        if (speaks && isElsewhere && habit != null && habit.unanswered() == 0) {
            return ReadingResult.rare("it answers, and is silent in other sessions of the route at the same time");
        }
        if (habit == null || !habit.isToAnswer() || !Turn.isAskedAgain(it)) {
            return ReadingResult.open();
        }
        return ReadingResult.rare("the route has answered all " + habit.answered()
                + " such words so far, and the OTHER has spoken again meanwhile");
    }

    private static ReadingResult readsSlowly(Snapshot snapshot, Situation situation) {
        LegRecord it = leg(snapshot, situation);
        long earlier = it.data().windows().longestZeroWindow().or(0L);
        Fact<Long> unread = ReadProgress.unreadSince(snapshot, it);
        long unreadFrom = unread == null ? Long.MAX_VALUE : Math.max(unread.value(), situation.sinceEpochNanos());
        if (unread != null && ReadProgress.isStopped(it)) {
            return ReadingResult.ruledOut("its process is stopped", snapshot.nowEpochNanos());
        }
        if (unread != null && snapshot.nanosSince(unreadFrom) >= Math.max(MAKING_ROOM_NANOS, TIMES_AS_LONG * earlier)) {
            return ReadingResult.ruledOut("its program has read nothing since", unreadFrom);
        }
        long room = earlier < SLOW_NANOS ? MAKING_ROOM_NANOS : TIMES_AS_LONG * MAKING_ROOM_NANOS;
        return snapshot.nanosSince(situation.sinceEpochNanos()) < Math.max(room, TIMES_AS_LONG * earlier)
                ? ReadingResult.open()
                : ReadingResult.rare("it has had time enough to make room");
    }

    private static ReadingResult readsLater(Snapshot snapshot, Situation situation) {
        LegRecord it = leg(snapshot, situation);
        if (ReadProgress.unreadSince(snapshot, it) == null) {
            return ReadingResult.ruledOut("no bytes are known to lie unread");
        }
        if (ReadProgress.isStopped(it)) {
            return ReadingResult.ruledOut("its process is stopped", snapshot.nowEpochNanos());
        }
        boolean atRest = situation.leg() == Leg.CLIENT && (Turn.mayBeSmall(it) || ReadProgress.hasReadAnswer(it));
        return atRest || snapshot.nanosSince(situation.sinceEpochNanos()) < ReadProgress.PAUSE_NANOS
                ? ReadingResult.open()
                : ReadingResult.ruledOut("it has read nothing for longer than such a pause", snapshot.nowEpochNanos());
    }

    private static ReadingResult goodbye(Snapshot snapshot, Situation situation) {
        LostRequest lost = LostRequest.of(snapshot);
        return lost == null || lost.isTiny(snapshot.upstream())
                ? ReadingResult.rare("its client did not close after it, as after a goodbye")
                : ReadingResult.ruledOut("it is larger than a goodbye", situation.eventEpochNanos());
    }
}
