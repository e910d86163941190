package dev.finspect.diagnose.wording;

import dev.finspect.diagnose.Blame;
import dev.finspect.diagnose.Clue;
import dev.finspect.diagnose.Confidence;
import dev.finspect.tcp.Leg;

/** Sentences about the exchange of data. */
final class DataWords {
    private DataWords() {}

    static String silent(Words words, Leg leg) {
        boolean upstream = leg == Leg.UPSTREAM;
        return words.thePeer(leg)
                + (words.has(Clue.ALL_ACKNOWLEDGED) ? " has acknowledged " : " has been sent ")
                + (upstream ? "the request" : "what the upstream said")
                + turn(words)
                + " and has not " + (upstream ? "answered" : "spoken")
                + " for " + words.lasted() + "; " + whatItsProgramDoes(words, leg) + ".";
    }

    private static String turn(Words words) {
        String bytes = words.bytes("", Clue.TURN_SENT, "");
        String ago = words.since("sent ", Clue.LAST_SENT, " ago");
        String both = bytes + (bytes.isEmpty() || ago.isEmpty() ? "" : ", ") + ago;
        return both.isEmpty() ? "" : " (" + both + ")";
    }

    private static String whatItsProgramDoes(Words words, Leg leg) {
        long unread = words.number(Clue.PEER_UNREAD);
        if (unread > 0) {
            return words.program() + " has not read" + words.bytes(" ", Clue.PEER_UNREAD, "") + " of it";
        }
        if (unread == 0) {
            return words.program() + " has read it and is working or waiting elsewhere";
        }
        String why = words.text(Clue.PEER_UNSEEN);
        return why == null
                ? "only the " + leg.label() + "'s host can tell whether its program has read it"
                : "what its program does could not be seen (" + why + ")";
    }

    static String nobodySpeaks(Words words) {
        return "Neither " + words.peer(Leg.CLIENT) + " nor " + words.peer(Leg.UPSTREAM)
                + " has sent a byte in the " + words.lasted()
                + " since both were connected: the client may wait for a greeting and the upstream for a request, "
                + "or one of them expects TLS or a PROXY header.";
    }

    static String notReading(Words words, Leg leg) {
        return words.thePeer(leg) + " does not read: its receive window has been closed for " + words.lasted()
                + words.bytes(", while ", Clue.NOT_SENT, " wait to be sent to it")
                + words.bytes("; ", Clue.PEER_UNREAD, " lie unread in its socket") + "; "
                + words.program() + " is stopped, stuck, or slower than the "
                + leg.other().label() + " that sends.";
    }

    static String bothNotReading(Words words, Blame blame, Confidence confidence) {
        String first = confidence == Confidence.POSSIBLE ? "" : "; the " + blame.label() + " stopped reading first";
        return "Neither " + words.peer(Leg.CLIENT) + " nor " + words.peer(Leg.UPSTREAM) + " has read for "
                + words.lasted()
                + ": each writes and waits until the other has read, which only one of the two programs can end"
                + first + ".";
    }

    static String loss(Words words) {
        Leg leg = words.leg(Leg.UPSTREAM);
        return "Segments on the way to " + words.peer(leg) + " are lost: no acknowledgement has made progress for "
                + words.lasted() + words.count(", ", Clue.SEGMENTS_UNACKNOWLEDGED, "segment", " in flight")
                + words.times(", sent again ", Clue.RETRANSMITS_SENT, " in all")
                + words.count(", ", Clue.BACKOFFS, "time-out", " in a row")
                + words.word(", ICMP error ", Clue.LAST_ICMP, "")
                + "; look for a link that drops, a filter, or packets "
                + "larger than the path takes.";
    }

    static String vanished(Words words) {
        Leg leg = words.leg(Leg.UPSTREAM);
        return words.thePeer(leg) + " has sent no segment of any kind"
                + (words.has(Clue.LAST_HEARD) ? words.since(" for ", Clue.LAST_HEARD, "") : " for " + words.lasted())
                + words.count(", while ", Clue.BACKOFFS, "retransmission time-out", " passed")
                + words.count(", nor answered ", Clue.PROBES_UNANSWERED, "probe", "")
                + words.word(", until the kernel gave up with ", Clue.ENDED_BY_ERROR, "")
                + words.word(", and the way answers with ICMP ", Clue.LAST_ICMP, "")
                + ": its host is down, has lost its address or state, or the way to it is cut.";
    }

    static String idle(Words words) {
        return "The session between " + words.peer(Leg.CLIENT) + " and " + words.peer(Leg.UPSTREAM)
                + " has been at rest for " + words.lasted()
                + ": nobody owes anything, as with a pooled connection; it is idle, not hung.";
    }
}
