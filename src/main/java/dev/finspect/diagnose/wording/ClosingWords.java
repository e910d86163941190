package dev.finspect.diagnose.wording;

import dev.finspect.diagnose.Blame;
import dev.finspect.diagnose.Clue;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.TcpState;

/** Sentences about closing. */
final class ClosingWords {
    private ClosingWords() {}

    static String notClosing(Words words, Leg leg) {
        String program = TcpState.CLOSE_WAIT.label().equals(words.text(Clue.PEER_STATE))
                ? words.program() + " keeps the socket in CLOSE-WAIT: it has not noticed the end, or leaks the socket"
                : words.program() + " has not noticed the end, or leaks the socket (CLOSE-WAIT on its host)";
        return words.thePeer(leg) + " was sent a FIN " + words.lasted() + " ago, has acknowledged it"
                + words.duration(" after ", Clue.FIN_ACKNOWLEDGED, "")
                + ", and neither sends nor closes; " + program + ".";
    }

    static String halfClosed(Words words) {
        Leg sends = words.leg(Leg.UPSTREAM);
        return words.thePeer(sends) + " was told the end " + words.lasted() + " ago and still sends"
                + words.bytes(" (", Clue.RECEIVED_AFTER_FIN, " since)")
                + ": half-closed and at work, not hung; ending it would lose what is still to come.";
    }

    static String finLost(Words words) {
        Leg leg = words.leg(Leg.UPSTREAM);
        return words.thePeer(leg) + " has not acknowledged the FIN sent to it for " + words.lasted()
                + words.times(", though it was sent again ", Clue.FIN_RETRANSMITS, "")
                + ": a packet filter or a link on the way drops it, or the host is gone.";
    }

    static String afterIdle(Words words, Blame blame) {
        Leg leg = words.leg(Leg.UPSTREAM);
        boolean byPeer = blame == Blame.UPSTREAM || blame == Blame.CLIENT;
        return (byPeer ? words.thePeer(leg) : "A box on the way to " + words.peer(leg))
                + " had given the connection up"
                + words.duration(" within ", Clue.RESTED, " without a byte either way")
                + " and answered the next bytes from " + words.peer(leg.other())
                + " with RST, so that they are lost: let the " + leg.other().label()
                + " close or probe idle connections sooner than that"
                + (byPeer ? ", or the " + leg.label() + " later." : ".");
    }

    static String reused(Words words) {
        Leg leg = words.leg(Leg.UPSTREAM);
        return words.thePeer(leg) + " was closing just as " + words.peer(leg.other()) + " sent more"
                + words.bytes(" (", Clue.TURN_SENT, ")")
                + ", and answered with RST: their keep-alive time-outs do not fit; the "
                + leg.other().label()
                + "'s must be the shorter one, and what it sent was not handled.";
    }

    static String unread(Words words, Blame blame) {
        Leg leg = words.leg(Leg.UPSTREAM);
        String how = words.thePeer(leg) + " has closed before it had read all that was sent to it"
                + words.bytes(" (", Clue.PEER_UNREAD, " unread)")
                + words.bytes(" (", Clue.BYTES_UNACKNOWLEDGED, " never acknowledged)")
                + ", so that its kernel sent RST";
        if (blame == Blame.NOBODY) {
            return how + ": it wanted no more, which is its right, and the rest is lost.";
        }
        return how + ", which may have destroyed the end of its own answer as well: " + words.program()
                + " must read to the end before it closes.";
    }

    static String injected(Words words) {
        Leg leg = words.leg(Leg.UPSTREAM);
        String ttls = "";
        long least = words.number(Clue.LEAST_TTL);
        long greatest = words.number(Clue.GREATEST_TTL);
        long own = words.number(Clue.RST_TTL);
        if (own >= 0 && least >= 0) {
            ttls = " (time to live " + own + ", its other segments have " + least
                    + (greatest > least ? " to " + greatest : "") + ")";
        }
        return "The RST that ended the connection in the name of " + words.peer(leg) + " does not look like its own"
                + ttls + (words.has(Clue.RST_OUT_OF_WINDOW) ? ", and lies outside the window" : "")
                + ": a firewall or another box on the way has sent it.";
    }

    static String refused(Words words) {
        Leg leg = words.leg(Leg.UPSTREAM);
        return words.thePeer(leg) + " has answered the half-close of " + words.peer(leg.other())
                + " by " + (words.has(Clue.RST_RECEIVED) ? "resetting" : "closing")
                + " the whole connection, without a byte in answer to the pending request: "
                + "it takes a half-close for a hang-up, so that the "
                + leg.other().label()
                + " must not finish sending before it has the answer.";
    }

    static String empty(Words words) {
        return words.thePeer(Leg.UPSTREAM) + " has closed without a byte in answer to the request"
                + words.bytes(" (", Clue.TURN_SENT, ")") + ": " + words.program()
                + " has crashed on it, refuses this client, or expects another protocol.";
    }
}
