package dev.finspect.diagnose.wording;

import dev.finspect.diagnose.Finding;
import dev.finspect.diagnose.Parties;
import dev.finspect.tcp.Leg;

/**
 * What was found, as one sentence that a person can act on. Pure: made of the finding and the parties alone. It holds while the
 * session lives and after it has ended: durations count up to {@link Finding#untilEpochNanos()}.
 */
public final class Sentence {
    private Sentence() {}

    /** One sentence with its full stop; sensible also when a piece of evidence is missing. */
    public static String of(Finding finding, Parties parties) {
        Words words = new Words(finding, parties);
        return switch (finding.id()) {
            case SYN_UNANSWERED -> OpeningWords.synUnanswered(words, finding.confidence());
            case CONNECT_REFUSED -> OpeningWords.refused(words);
            case CONNECT_UNREACHABLE -> OpeningWords.unreachable(words, finding.blame());
            case BACKLOG_FULL -> OpeningWords.backlogFull(words);
            case UPSTREAM_NOT_ACCEPTING -> OpeningWords.notAccepting(words);
            case HANDSHAKE_UNFINISHED -> OpeningWords.handshakeUnfinished(words, finding.blame());
            case ACCEPT_DELAYED -> OpeningWords.acceptDelayed(words);
            case PROXY_LIMITED -> OpeningWords.limited(words);
            case PORT_EXHAUSTION -> OpeningWords.portExhaustion(words);
            case UPSTREAM_SILENT -> DataWords.silent(words, Leg.UPSTREAM);
            case CLIENT_SILENT -> DataWords.silent(words, Leg.CLIENT);
            case NOBODY_SPEAKS -> DataWords.nobodySpeaks(words);
            case UPSTREAM_NOT_READING -> DataWords.notReading(words, Leg.UPSTREAM);
            case CLIENT_NOT_READING -> DataWords.notReading(words, Leg.CLIENT);
            case BOTH_NOT_READING -> DataWords.bothNotReading(words, finding.blame(), finding.confidence());
            case NETWORK_LOSS -> DataWords.loss(words);
            case PEER_VANISHED -> DataWords.vanished(words);
            case IDLE -> DataWords.idle(words);
            case UPSTREAM_NOT_CLOSING -> ClosingWords.notClosing(words, Leg.UPSTREAM);
            case CLIENT_NOT_CLOSING -> ClosingWords.notClosing(words, Leg.CLIENT);
            case HALF_CLOSED_ACTIVE -> ClosingWords.halfClosed(words);
            case FIN_LOST -> ClosingWords.finLost(words);
            case RESET_AFTER_IDLE -> ClosingWords.afterIdle(words, finding.blame());
            case REUSED_WHILE_CLOSING -> ClosingWords.reused(words);
            case RESET_WITH_UNREAD -> ClosingWords.unread(words, finding.blame());
            case RESET_INJECTED -> ClosingWords.injected(words);
            case HALF_CLOSE_REFUSED -> ClosingWords.refused(words);
            case EMPTY_REPLY -> ClosingWords.empty(words);
        };
    }
}
