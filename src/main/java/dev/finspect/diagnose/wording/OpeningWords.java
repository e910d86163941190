package dev.finspect.diagnose.wording;

import dev.finspect.diagnose.Blame;
import dev.finspect.diagnose.Clue;
import dev.finspect.diagnose.Confidence;
import dev.finspect.tcp.ConnectResult;
import dev.finspect.tcp.Leg;

/** Sentences about opening a session, and about finspect itself. */
final class OpeningWords {
    private OpeningWords() {}

    static String synUnanswered(Words words, Confidence confidence) {
        boolean several = words.number(Clue.SYNS) > 1;
        String said = words.thePeer(Leg.UPSTREAM) + " has not answered"
                + (several ? words.count(" ", Clue.SYNS, "SYN", "") + " in " : " the SYN for ") + words.lasted()
                + before(words);
        if (confidence == Confidence.PROVED) {
            return said + ": its listener on this host has room"
                    + (words.queue().isEmpty() ? "" : ", " + words.queue())
                    + ", so that a packet filter or a route loses them.";
        }
        return said + ": its host is down, a packet filter drops them, or its listener's queue is full, "
                + "which looks the same from here"
                + (confidence == Confidence.POSSIBLE ? "; a single SYN may just as well have been lost." : ".");
    }

    static String refused(Words words) {
        String upstream = words.thePeer(Leg.UPSTREAM);
        if (ConnectResult.RESET.label().equals(words.text(Clue.CONNECT_RESULT))) {
            return upstream + " has reset the connection while it was being opened" + before(words)
                    + ": its program closes at once, its listener's queue is full, or a filter is in the way.";
        }
        if (words.has(Clue.CONNECT_RST)) {
            return upstream + " has refused the connection" + before(words)
                    + ": its host answers the SYN with RST, so that nobody listens on that port.";
        }
        return upstream + " has refused the connection" + before(words) + ": "
                + words.word("connect() failed with ", Clue.CONNECT_ERRNO, ", so that ")
                + "nobody listens on that port, or a packet filter on the way refuses it.";
    }

    static String unreachable(Words words, Blame blame) {
        String result = words.text(Clue.CONNECT_RESULT);
        if (words.has(Clue.CONNECT_ICMP)) {
            return "No way leads to " + words.peer(Leg.UPSTREAM) + before(words)
                    + ": the SYN was answered by an ICMP error (" + words.text(Clue.CONNECT_ICMP)
                    + "), from a router or a packet filter.";
        }
        if (blame != Blame.CONFIGURATION) {
            return "No way leads to " + words.peer(Leg.UPSTREAM) + before(words) + ": connect() failed"
                    + words.word(" with ", Clue.CONNECT_ERRNO, "")
                    + "; this host has no route, nobody answers for that address, or a router said so.";
        }
        if (ConnectResult.DENIED.label().equals(result)) {
            return "This host forbids connecting to " + words.peer(Leg.UPSTREAM) + before(words)
                    + ": look at its packet filter, its security policy and its prohibit routes.";
        }
        return result == null
                ? "The upstream's name has not been resolved for " + words.lasted()
                        + ": the name servers that this host asks do not answer."
                : "The upstream's name has no address" + before(words)
                        + ": correct the name in the route, or the name servers that this host asks.";
    }

    static String backlogFull(Words words) {
        String upstream = words.peer(Leg.UPSTREAM);
        if (words.queue().isEmpty()) {
            return "T" + upstream.substring(1) + " seems to take no more connections: it has repeated its SYN-ACK"
                    + words.times(" ", Clue.SYN_ACKS_AGAIN, "") + " though it was acknowledged, and has taken"
                    + " nothing for " + words.lasted()
                    + "; its accept queue is full, or everything on the way to it is lost.";
        }
        return "T" + upstream.substring(1) + " takes no more connections: " + words.queue()
                + ", and this one has waited for " + words.lasted()
                + "; its program accepts too slowly, or its backlog is too small.";
    }

    static String notAccepting(Words words) {
        return words.thePeer(Leg.UPSTREAM) + " is connected, but its program has not called accept() for "
                + words.lasted()
                + words.bytes("; ", Clue.PEER_UNREAD, " of the request wait unread in its socket")
                + (words.queue().isEmpty() ? "" : "; " + words.queue())
                + ": the program is stopped, stuck, or out of threads or descriptors.";
    }

    static String handshakeUnfinished(Words words, Blame blame) {
        String repeated = words.times(", repeated ", Clue.SYN_ACKS_AGAIN, ",");
        if (blame == Blame.NETWORK_TO_CLIENT) {
            return words.thePeer(Leg.CLIENT) + " has repeated its SYN" + words.times(" ", Clue.SYNS_AGAIN, "")
                    + " though it was answered (SYN-ACK" + words.times(" repeated ", Clue.SYN_ACKS_AGAIN, "")
                    + "), for " + words.lasted() + ": the SYN-ACKs are lost on the way to it.";
        }
        return words.thePeer(Leg.CLIENT) + " has sent a SYN and has not acknowledged the SYN-ACK" + repeated + " for "
                + words.lasted() + ": it is gone, something near it drops the SYN-ACK, or its address is forged.";
    }

    static String acceptDelayed(Words words) {
        return "finspect accepted " + words.peer(Leg.CLIENT) + " late"
                + words.duration(", ", Clue.ACCEPT_DELAY, " after its handshake")
                + ": the process was stopped or starved of CPU, had no descriptor left, or was at its session limit.";
    }

    static String limited(Words words) {
        String limit = words.text(Clue.LIMIT);
        return switch (limit == null ? "" : limit) {
            case "descriptors" ->
                "finspect has no file descriptor left to connect to " + words.peer(Leg.UPSTREAM)
                        + ": raise the limit (ulimit -n, LimitNOFILE), or lower the session limit.";
            case "memory" ->
                "The kernel has no memory to connect finspect to " + words.peer(Leg.UPSTREAM)
                        + ": look at the memory of this host and of finspect's control group.";
            case "loop" ->
                "finspect does not connect to " + words.peer(Leg.UPSTREAM)
                        + ", which is finspect itself and would be an endless loop: correct the route's upstream.";
            case "session_limit" ->
                "finspect has refused " + words.peer(Leg.CLIENT)
                        + ", since its session limit is reached: raise it, or find out who holds so many sessions.";
            case "shutdown" ->
                "finspect has ended the session because it was shut down and the time to drain was over.";
            case "held_bytes" ->
                "finspect has not read from " + words.peer(Leg.CLIENT) + " or " + words.peer(Leg.UPSTREAM)
                        + " for " + words.lasted()
                        + ", since all sessions together hold as many bytes as they may: find the sessions whose peers do not read.";
            default ->
                "finspect itself holds the session back" + words.word(" (", Clue.LIMIT, ")") + ", for " + words.lasted()
                        + ".";
        };
    }

    static String portExhaustion(Words words) {
        return "No local port is left towards " + words.peer(Leg.UPSTREAM)
                + words.count(": ", Clue.TIME_WAITS, "socket", " in TIME-WAIT towards it") + before(words)
                + "; keep connections open, widen net.ipv4.ip_local_port_range, or give the upstream another address.";
    }

    private static String before(Words words) {
        return words.count(" (", Clue.TRIES_FAILED, "attempt", " failed)");
    }
}
