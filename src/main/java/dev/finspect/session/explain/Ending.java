package dev.finspect.session.explain;

import dev.finspect.diagnose.question.Turn;
import dev.finspect.record.CloseAct;
import dev.finspect.record.LegRecord;
import dev.finspect.record.Outcome;
import dev.finspect.record.ProxyReason;
import dev.finspect.record.Relayed;
import dev.finspect.session.SessionRecord;
import dev.finspect.tcp.HumanUnits;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** How a session ended, in one sentence, where no finding says it. Pure. */
final class Ending {
    private Ending() {}

    /** The sentence; {@code nothingFound} says whether nothing was ever found of it, not even for a time. */
    static String of(SessionRecord record, boolean nothingFound) {
        Outcome outcome = record.outcome();
        ProxyReason reason = record.proxyReason();
        long lost = record.close().relaying().lostBytes().or(0L);
        if (outcome == null) {
            return "It was open when the capture ended.";
        }
        if (reason != null || outcome == Outcome.REFUSED_BY_POLICY || outcome == Outcome.PROXY) {
            return "finspect ended it by itself"
                    + (reason == null ? "" : ": " + reason.label().replace('_', ' ')) + "." + lostSentence(lost);
        }
        boolean isClean = outcome == Outcome.CLEAN
                && lost == 0
                && record.close().relaying().relayed() != Relayed.DATA_LOST;
        if (!isClean) {
            String unexplained = nothingFound ? "; no rule explains it." : ".";
            return "It ended by " + acts(record) + unexplained + lostSentence(lost) + unanswered(record);
        }
        String unanswered = unanswered(record);
        if (!unanswered.isEmpty()) {
            return "It ended in order, by " + acts(record) + "." + unanswered;
        }
        return nothingFound ? "It ended, and nothing was wrong." : "It ended in order, by " + acts(record) + ".";
    }

    private static String lostSentence(long lost) {
        return lost == 0
                ? ""
                : " " + HumanUnits.spokenBytes(lost) + " were read from one peer and never reached the other.";
    }

    /** A sentence on the last word, if it was for the upstream and may have been a request; empty otherwise. */
    private static String unanswered(SessionRecord record) {
        LegRecord upstream = record.upstream();
        boolean mayBeGoodbye = record.outcome() == Outcome.CLEAN && Turn.isSmall(upstream);
        if (record.single() || !Turn.isUnanswered(upstream) || mayBeGoodbye) {
            return "";
        }
        long turn = upstream.data().turns().turnBytesSent().or(upstream.bytesSent());
        return " The last " + HumanUnits.spokenBytes(turn) + " to the upstream had no answer"
                + (record.outcome() == Outcome.CLEAN ? ": wrong if they asked for one." : ".");
    }

    private static String acts(SessionRecord record) {
        List<String> acts =
                record.close().order().stream().map(Ending::words).collect(Collectors.toCollection(ArrayList::new));
        if (acts.isEmpty()) {
            String error = record.errorType();
            return error == null ? "no FIN and no RST of a peer" : error.replace('_', ' ');
        }
        return String.join(", then ", acts);
    }

    private static String words(CloseAct act) {
        return switch (act) {
            case CLIENT_FIN -> "the client's FIN";
            case UPSTREAM_FIN -> "the upstream's FIN";
            case CLIENT_RST -> "the client's RST";
            case UPSTREAM_RST -> "the upstream's RST";
            case CLIENT_TIMEOUT -> "TCP's time-out of the client's connection";
            case UPSTREAM_TIMEOUT -> "TCP's time-out of the upstream's connection";
            case PROXY_FIN -> "the proxy's FIN";
            case PROXY_TIMEOUT -> "finspect's time-out";
            case PROXY_CLOSE -> "finspect's close";
            case PROXY_RESET -> "finspect's reset";
        };
    }
}
