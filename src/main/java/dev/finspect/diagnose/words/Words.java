package dev.finspect.diagnose.words;

import dev.finspect.diagnose.Clue;
import dev.finspect.diagnose.Evidence;
import dev.finspect.diagnose.Finding;
import dev.finspect.diagnose.Parties;
import dev.finspect.tcp.HumanUnits;
import dev.finspect.tcp.IpText;
import dev.finspect.tcp.Leg;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A finding's evidence as parts of a sentence. A part is empty where its evidence is missing. */
public final class Words {
    private final Finding finding;
    private final Parties parties;

    public Words(Finding finding, Parties parties) {
        this.finding = finding;
        this.parties = parties;
    }

    /** What the sentence is about. */
    public Finding finding() {
        return finding;
    }

    /** {@code the upstream 10.0.0.5:5432}; without the address where it is not known. */
    public String peer(Leg leg) {
        InetSocketAddress address = leg == Leg.CLIENT ? parties.client() : parties.upstream();
        String tried = leg == Leg.UPSTREAM ? text(Clue.TRIED) : null;
        String known = tried != null ? tried : address == null ? "" : IpText.endpoint(address);
        return "the " + leg.label() + (known.isEmpty() ? "" : " " + known);
    }

    /** The same with a capital letter. */
    public String thePeer(Leg leg) {
        return "T" + peer(leg).substring(1);
    }

    /** How long the finding has lasted. */
    public String lasted() {
        return HumanUnits.spokenDuration(finding.lastedNanos());
    }

    /** Whether there is such evidence. */
    public boolean has(Clue clue) {
        return finding.first(clue) != null;
    }

    /** The word of this evidence; null without it. */
    public @Nullable String text(Clue clue) {
        Evidence piece = finding.first(clue);
        return piece == null ? null : piece.text();
    }

    /** The number of this evidence; -1 without it. */
    public long number(Clue clue) {
        Evidence piece = finding.first(clue);
        return piece == null ? -1 : piece.amount();
    }

    /** {@code before + number + after}, the noun with its plural; empty without evidence, and for none. */
    public String count(String before, Clue clue, String noun, String after) {
        long number = number(clue);
        return number <= 0 ? "" : before + number + " " + noun + (number == 1 ? "" : "s") + after;
    }

    /** {@code before + "3 times" + after}, likewise. */
    public String times(String before, Clue clue, String after) {
        long number = number(clue);
        return number <= 0 ? "" : before + (number == 1 ? "once" : number + " times") + after;
    }

    /** {@code before + "512 bytes" + after}, likewise. */
    public String bytes(String before, Clue clue, String after) {
        long number = number(clue);
        return number <= 0 ? "" : before + HumanUnits.spokenBytes(number) + after;
    }

    /** {@code before + "42 s" + after} of an evidence that is a duration, likewise. */
    public String duration(String before, Clue clue, String after) {
        long number = number(clue);
        return number < 0 ? "" : before + HumanUnits.spokenDuration(number) + after;
    }

    /** {@code before + "42 s" + after}: how long ago this evidence was, at the moment of the finding. */
    public String since(String before, Clue clue, String after) {
        Evidence piece = finding.first(clue);
        return piece == null
                ? ""
                : before + HumanUnits.spokenDuration(finding.untilEpochNanos() - piece.atEpochNanos()) + after;
    }

    /** {@code before + word + after}; empty without evidence. */
    public String word(String before, Clue clue, String after) {
        String text = text(clue);
        return text == null ? "" : before + text + after;
    }

    /** {@code its program postgres (pid 812)}, or {@code its program}. */
    public String program() {
        return "its program" + word(" ", Clue.PEER_PROGRAM, "");
    }

    /** The same with a capital letter. */
    public String theProgram() {
        return "I" + program().substring(1);
    }

    /** {@code  has acknowledged the request (512 bytes, sent 42 s ago)}: whether the peer's kernel has what was sent last. */
    public String tookTurn(String what) {
        return (has(Clue.ALL_ACKNOWLEDGED) ? " has acknowledged " : " was sent ")
                + what
                + inBrackets(bytes("", Clue.TURN_SENT, ""), since("sent ", Clue.LAST_SENT, " ago"));
    }

    /** A sentence on whether the peer's program has read what was sent last. */
    public String readByProgram(Leg leg) {
        long unread = number(Clue.PEER_UNREAD);
        if (unread > 0) {
            return theProgram() + " has not read" + bytes(" ", Clue.PEER_UNREAD, "") + " of it.";
        }
        if (unread == 0) {
            return theProgram() + " has read it and is working or waiting elsewhere.";
        }
        String why = text(Clue.PEER_UNSEEN);
        return why == null
                ? "Whether its program has read it can only be seen on the " + leg.label() + "'s host."
                : "What its program does could not be seen (" + why + ").";
    }

    /** That a device on the way may have forgotten the connection while it was idle; empty where it was not. */
    public String forgottenAtRest() {
        return has(Clue.RESTED)
                ? " The connection had been idle for" + duration(" ", Clue.RESTED, "")
                        + " before: a device on the way may have forgotten it. TCP keep-alive more often than that prevents it."
                : "";
    }

    /** How long connections to the peer have lived on without a byte, and how long not; empty where that is not known. */
    public String idleLimit() {
        Evidence ended = finding.first(Clue.IDLE_ENDED);
        if (ended == null) {
            return "";
        }
        String whose = ended.leg() == Leg.CLIENT
                ? "Connections of this client's address"
                : "Connections to " + peer(Leg.UPSTREAM);
        long times = number(Clue.IDLE_ENDS);
        return " " + whose + " have" + duration(" lived on after ", Clue.IDLE_SURVIVED, " without a byte, and have")
                + duration(" not lived on after ", Clue.IDLE_ENDED, "")
                + (has(Clue.IDLE_SURVIVED) ? "" : " without a byte")
                + " (" + HumanUnits.count(times, "time") + ")." + keepAlive();
    }

    private String keepAlive() {
        if (has(Clue.KEEP_ALIVE)) {
            return " finspect sends no keep-alive probes there.";
        }
        String after = duration(" finspect's first keep-alive probe there comes after ", Clue.KEEP_ALIVE_AFTER, "");
        if (after.isEmpty()) {
            return "";
        }
        return after + (number(Clue.KEEP_ALIVE_AFTER) < number(Clue.IDLE_ENDED) ? "." : ", which is too late.");
    }

    /** {@code  (2 attempts failed)}; empty where fewer than two did. */
    public String failedAttempts() {
        return count(" (", Clue.TRIES_FAILED, "attempt", " failed)");
    }

    /** {@code  (a, b)} of those parts that are not empty; empty where all are. */
    public static String inBrackets(String... parts) {
        String all = Arrays.stream(parts).filter(part -> !part.isEmpty()).collect(Collectors.joining(", "));
        return all.isEmpty() ? "" : " (" + all + ")";
    }

    /** {@code 129 connections wait in its listener's queue (backlog 128)}; empty where the queue was not seen. */
    public String queue() {
        long waiting = number(Clue.LISTENER_WAITING);
        long backlog = number(Clue.LISTENER_BACKLOG);
        if (waiting < 0 || backlog < 0) {
            return "";
        }
        return waiting + (waiting == 1 ? " connection waits" : " connections wait")
                + " in its listener's queue (backlog " + backlog + ")";
    }

    /** The leg that the finding is about; {@code otherwise} where it is about none. */
    public Leg leg(Leg otherwise) {
        Leg leg = finding.leg();
        return leg == null ? otherwise : leg;
    }
}
