package dev.finspect.diagnose;

import static dev.finspect.diagnose.FindingId.BACKLOG_FULL;
import static dev.finspect.diagnose.FindingId.BOTH_NOT_READING;
import static dev.finspect.diagnose.FindingId.CLIENT_NOT_CLOSING;
import static dev.finspect.diagnose.FindingId.CLIENT_NOT_READING;
import static dev.finspect.diagnose.FindingId.CLIENT_SILENT;
import static dev.finspect.diagnose.FindingId.CONNECT_REFUSED;
import static dev.finspect.diagnose.FindingId.EMPTY_REPLY;
import static dev.finspect.diagnose.FindingId.FIN_LOST;
import static dev.finspect.diagnose.FindingId.HALF_CLOSE_REFUSED;
import static dev.finspect.diagnose.FindingId.HANDSHAKE_UNFINISHED;
import static dev.finspect.diagnose.FindingId.NETWORK_LOSS;
import static dev.finspect.diagnose.FindingId.NOBODY_SPEAKS;
import static dev.finspect.diagnose.FindingId.PEER_VANISHED;
import static dev.finspect.diagnose.FindingId.PROXY_LIMITED;
import static dev.finspect.diagnose.FindingId.RESET_AFTER_IDLE;
import static dev.finspect.diagnose.FindingId.RESET_INJECTED;
import static dev.finspect.diagnose.FindingId.RESET_WITH_UNREAD;
import static dev.finspect.diagnose.FindingId.REUSED_WHILE_CLOSING;
import static dev.finspect.diagnose.FindingId.SYN_UNANSWERED;
import static dev.finspect.diagnose.FindingId.UPSTREAM_NOT_ACCEPTING;
import static dev.finspect.diagnose.FindingId.UPSTREAM_NOT_CLOSING;
import static dev.finspect.diagnose.FindingId.UPSTREAM_NOT_READING;
import static dev.finspect.diagnose.FindingId.UPSTREAM_SILENT;

import java.util.List;

/**
 * One finding that is no more than a consequence of another, so that only the other is told.
 *
 * @param winner what explains
 * @param loser what is explained
 * @param where which of the two findings it holds for
 * @param reason why, where it is not obvious
 */
record Overlap(FindingId winner, FindingId loser, Where where, String reason) {
    /** All of them; what stands in no row is told beside the others. Without cycles: a test walks them. */
    static final List<Overlap> ALL = List.of(
            new Overlap(BACKLOG_FULL, SYN_UNANSWERED, Where.ANY_LEG, "a full listener drops SYNs"),
            new Overlap(BACKLOG_FULL, CONNECT_REFUSED, Where.ANY_LEG, "with tcp_abort_on_overflow it resets instead"),
            new Overlap(
                    BACKLOG_FULL,
                    NETWORK_LOSS,
                    Where.SAME_LEG,
                    "it drops what follows a handshake that it has not taken, and finspect's kernel sends it again"),
            new Overlap(BACKLOG_FULL, PEER_VANISHED, Where.SAME_LEG, "its host lives, and answers with SYN-ACKs alone"),
            new Overlap(BACKLOG_FULL, UPSTREAM_SILENT, Where.SAME_LEG, "its program knows nothing of the connection"),
            new Overlap(
                    BACKLOG_FULL, UPSTREAM_NOT_READING, Where.SAME_LEG, "its program knows nothing of the connection"),
            new Overlap(BACKLOG_FULL, FIN_LOST, Where.SAME_LEG, "the FIN is dropped like the rest"),
            new Overlap(BACKLOG_FULL, NOBODY_SPEAKS, Where.ANY_LEG, "its program knows nothing of the connection"),
            new Overlap(
                    UPSTREAM_NOT_ACCEPTING,
                    UPSTREAM_SILENT,
                    Where.SAME_LEG,
                    "a program that has not accepted can neither read, answer nor close"),
            new Overlap(
                    UPSTREAM_NOT_ACCEPTING,
                    UPSTREAM_NOT_READING,
                    Where.SAME_LEG,
                    "a program that has not accepted can neither read, answer nor close"),
            new Overlap(
                    UPSTREAM_NOT_ACCEPTING,
                    UPSTREAM_NOT_CLOSING,
                    Where.SAME_LEG,
                    "a program that has not accepted can neither read, answer nor close"),
            new Overlap(
                    UPSTREAM_NOT_ACCEPTING,
                    RESET_WITH_UNREAD,
                    Where.SAME_LEG,
                    "a program that has not accepted can neither read, answer nor close"),
            new Overlap(
                    UPSTREAM_NOT_ACCEPTING, NOBODY_SPEAKS, Where.ANY_LEG, "the side that would greet has not accepted"),
            new Overlap(
                    UPSTREAM_NOT_ACCEPTING,
                    CLIENT_SILENT,
                    Where.ANY_LEG,
                    "what finspect reads from the client has nowhere to go"),
            new Overlap(HANDSHAKE_UNFINISHED, NETWORK_LOSS, Where.SAME_LEG, "the repeated segments are the SYN-ACKs"),
            new Overlap(
                    PROXY_LIMITED,
                    UPSTREAM_SILENT,
                    Where.EARLIER,
                    "bytes that finspect does not read cannot be answered; only where that began first"),
            new Overlap(
                    PROXY_LIMITED,
                    CLIENT_SILENT,
                    Where.EARLIER,
                    "bytes that finspect does not read cannot be answered; only where that began first"),
            new Overlap(
                    PROXY_LIMITED,
                    NOBODY_SPEAKS,
                    Where.EARLIER,
                    "bytes that finspect does not read cannot be answered; only where that began first"),
            new Overlap(
                    PROXY_LIMITED,
                    UPSTREAM_NOT_CLOSING,
                    Where.EARLIER,
                    "bytes that finspect does not read cannot be answered; only where that began first"),
            new Overlap(
                    PROXY_LIMITED,
                    CLIENT_NOT_CLOSING,
                    Where.EARLIER,
                    "bytes that finspect does not read cannot be answered; only where that began first"),
            new Overlap(
                    UPSTREAM_NOT_READING,
                    UPSTREAM_SILENT,
                    Where.ANY_LEG,
                    "a program that does not read has not seen what it should answer"),
            new Overlap(
                    UPSTREAM_NOT_READING,
                    CLIENT_SILENT,
                    Where.ANY_LEG,
                    "finspect pauses reading the other side, which may well have more to say"),
            new Overlap(
                    UPSTREAM_NOT_READING,
                    UPSTREAM_NOT_CLOSING,
                    Where.SAME_LEG,
                    "the end of the stream lies behind what it has not read"),
            new Overlap(
                    UPSTREAM_NOT_READING,
                    FIN_LOST,
                    Where.SAME_LEG,
                    "the FIN waits behind bytes that do not fit the window"),
            new Overlap(
                    CLIENT_NOT_READING,
                    CLIENT_SILENT,
                    Where.ANY_LEG,
                    "a program that does not read has not seen what it should answer"),
            new Overlap(
                    CLIENT_NOT_READING,
                    UPSTREAM_SILENT,
                    Where.ANY_LEG,
                    "finspect pauses reading the other side, which may well have more to say"),
            new Overlap(
                    CLIENT_NOT_READING,
                    CLIENT_NOT_CLOSING,
                    Where.SAME_LEG,
                    "the end of the stream lies behind what it has not read"),
            new Overlap(
                    CLIENT_NOT_READING,
                    FIN_LOST,
                    Where.SAME_LEG,
                    "the FIN waits behind bytes that do not fit the window"),
            new Overlap(BOTH_NOT_READING, UPSTREAM_NOT_READING, Where.ANY_LEG, "it is both of them"),
            new Overlap(BOTH_NOT_READING, CLIENT_NOT_READING, Where.ANY_LEG, "it is both of them"),
            new Overlap(BOTH_NOT_READING, UPSTREAM_SILENT, Where.ANY_LEG, "neither side sees what the other has sent"),
            new Overlap(BOTH_NOT_READING, CLIENT_SILENT, Where.ANY_LEG, "neither side sees what the other has sent"),
            new Overlap(
                    BOTH_NOT_READING, UPSTREAM_NOT_CLOSING, Where.ANY_LEG, "neither side sees what the other has sent"),
            new Overlap(
                    BOTH_NOT_READING, CLIENT_NOT_CLOSING, Where.ANY_LEG, "neither side sees what the other has sent"),
            new Overlap(BOTH_NOT_READING, FIN_LOST, Where.ANY_LEG, "neither side sees what the other has sent"),
            new Overlap(NETWORK_LOSS, UPSTREAM_SILENT, Where.SAME_LEG, "the upstream has not got all of the request"),
            new Overlap(
                    NETWORK_LOSS, CLIENT_SILENT, Where.SAME_LEG, "the client has not got all that it should answer"),
            new Overlap(
                    PEER_VANISHED,
                    NETWORK_LOSS,
                    Where.SAME_LEG,
                    "who is gone acknowledges, answers, reads and closes nothing"),
            new Overlap(
                    PEER_VANISHED,
                    FIN_LOST,
                    Where.SAME_LEG,
                    "who is gone acknowledges, answers, reads and closes nothing"),
            new Overlap(
                    PEER_VANISHED,
                    UPSTREAM_SILENT,
                    Where.SAME_LEG,
                    "who is gone acknowledges, answers, reads and closes nothing"),
            new Overlap(
                    PEER_VANISHED,
                    CLIENT_SILENT,
                    Where.SAME_LEG,
                    "who is gone acknowledges, answers, reads and closes nothing"),
            new Overlap(
                    PEER_VANISHED,
                    UPSTREAM_NOT_READING,
                    Where.SAME_LEG,
                    "who is gone acknowledges, answers, reads and closes nothing"),
            new Overlap(
                    PEER_VANISHED,
                    CLIENT_NOT_READING,
                    Where.SAME_LEG,
                    "who is gone acknowledges, answers, reads and closes nothing"),
            new Overlap(
                    PEER_VANISHED,
                    UPSTREAM_NOT_CLOSING,
                    Where.SAME_LEG,
                    "who is gone acknowledges, answers, reads and closes nothing"),
            new Overlap(
                    PEER_VANISHED,
                    CLIENT_NOT_CLOSING,
                    Where.SAME_LEG,
                    "who is gone acknowledges, answers, reads and closes nothing"),
            new Overlap(
                    PEER_VANISHED,
                    BOTH_NOT_READING,
                    Where.ANY_LEG,
                    "the window of one side is shut because that side is gone"),
            new Overlap(PEER_VANISHED, NOBODY_SPEAKS, Where.ANY_LEG, "one of the two is gone"),
            new Overlap(
                    UPSTREAM_NOT_CLOSING,
                    UPSTREAM_SILENT,
                    Where.SAME_LEG,
                    "it has had the request and its end, and sends neither answer nor FIN"),
            new Overlap(
                    CLIENT_NOT_CLOSING,
                    CLIENT_SILENT,
                    Where.SAME_LEG,
                    "it has had the answer and its end, and sends neither more nor FIN"),
            new Overlap(UPSTREAM_NOT_CLOSING, NOBODY_SPEAKS, Where.ANY_LEG, "one side has finished"),
            new Overlap(CLIENT_NOT_CLOSING, NOBODY_SPEAKS, Where.ANY_LEG, "one side has finished"),
            new Overlap(
                    FIN_LOST,
                    NETWORK_LOSS,
                    Where.EARLIER,
                    "what is sent again is the FIN; where other loss began before it, both are told"),
            new Overlap(
                    RESET_INJECTED,
                    RESET_AFTER_IDLE,
                    Where.ANY_LEG,
                    "the RST was not the peer's, who has neither closed nor refused anything"),
            new Overlap(
                    RESET_INJECTED,
                    REUSED_WHILE_CLOSING,
                    Where.ANY_LEG,
                    "the RST was not the peer's, who has neither closed nor refused anything"),
            new Overlap(
                    RESET_INJECTED,
                    RESET_WITH_UNREAD,
                    Where.ANY_LEG,
                    "the RST was not the peer's, who has neither closed nor refused anything"),
            new Overlap(
                    RESET_INJECTED,
                    HALF_CLOSE_REFUSED,
                    Where.ANY_LEG,
                    "the RST was not the peer's, who has neither closed nor refused anything"),
            new Overlap(
                    RESET_INJECTED,
                    EMPTY_REPLY,
                    Where.ANY_LEG,
                    "the RST was not the peer's, who has neither closed nor refused anything"),
            new Overlap(
                    RESET_AFTER_IDLE, REUSED_WHILE_CLOSING, Where.ANY_LEG, "the peer's idle time-out is why it closed"),
            new Overlap(
                    RESET_AFTER_IDLE, RESET_WITH_UNREAD, Where.ANY_LEG, "the peer's idle time-out is why it closed"),
            new Overlap(RESET_AFTER_IDLE, EMPTY_REPLY, Where.ANY_LEG, "the peer's idle time-out is why it closed"),
            new Overlap(
                    REUSED_WHILE_CLOSING,
                    RESET_WITH_UNREAD,
                    Where.ANY_LEG,
                    "the request met a connection that was being closed"),
            new Overlap(
                    REUSED_WHILE_CLOSING,
                    EMPTY_REPLY,
                    Where.ANY_LEG,
                    "the request met a connection that was being closed"),
            new Overlap(HALF_CLOSE_REFUSED, RESET_WITH_UNREAD, Where.ANY_LEG, "it resets because it was sent a FIN"),
            new Overlap(HALF_CLOSE_REFUSED, EMPTY_REPLY, Where.ANY_LEG, "it answers nothing because it was sent a FIN"),
            new Overlap(RESET_WITH_UNREAD, EMPTY_REPLY, Where.ANY_LEG, "it did not read the request"));

    /** Which findings a row is about. */
    enum Where {
        ANY_LEG,
        /** Both are about the same leg. */
        SAME_LEG,
        /** The winner began first, or at the same moment, on the same leg or about none: a cause comes before what it does. */
        EARLIER
    }

    /**
     * Whether {@code winner} explains {@code loser}. One that is only possible hides nothing that is surer.
     */
    static boolean explains(Finding winner, Finding loser) {
        if (winner.confidence() == Confidence.POSSIBLE && loser.confidence() != Confidence.POSSIBLE) {
            return false;
        }
        for (Overlap row : ALL) {
            if (row.winner == winner.id() && row.loser == loser.id()) {
                return row.holds(winner, loser);
            }
        }
        return false;
    }

    private boolean holds(Finding first, Finding second) {
        return switch (where) {
            case ANY_LEG -> true;
            case SAME_LEG -> first.leg() == second.leg();
            case EARLIER ->
                (first.leg() == null || first.leg() == second.leg())
                        && first.sinceEpochNanos() <= second.sinceEpochNanos();
        };
    }
}
