package dev.finspect.diagnose.wording;

import dev.finspect.diagnose.Clue;
import dev.finspect.diagnose.Evidence;
import dev.finspect.diagnose.Finding;
import dev.finspect.diagnose.Parties;
import dev.finspect.tcp.HumanUnits;
import dev.finspect.tcp.IpText;
import dev.finspect.tcp.Leg;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** Reads a finding's evidence as parts of a sentence; a part whose evidence is missing is empty. */
final class Words {
    private final Finding finding;
    private final Parties parties;

    Words(Finding finding, Parties parties) {
        this.finding = finding;
        this.parties = parties;
    }

    /** {@code the upstream 10.0.0.5:5432}; without the address where it is not known. */
    String peer(Leg leg) {
        InetSocketAddress address = leg == Leg.CLIENT ? parties.client() : parties.upstream();
        String tried = leg == Leg.UPSTREAM ? text(Clue.TRIED) : null;
        String known = tried != null ? tried : address == null ? "" : IpText.endpoint(address);
        return "the " + leg.label() + (known.isEmpty() ? "" : " " + known);
    }

    /** The same at the beginning of a sentence. */
    String thePeer(Leg leg) {
        return "T" + peer(leg).substring(1);
    }

    /** For how long it has been so. */
    String lasted() {
        return HumanUnits.spokenDuration(finding.lastedNanos());
    }

    /** Whether there is such evidence. */
    boolean has(Clue clue) {
        return finding.first(clue) != null;
    }

    /** The word of this evidence; null without it. */
    @Nullable
    String text(Clue clue) {
        Evidence piece = finding.first(clue);
        return piece == null ? null : piece.text();
    }

    /** The number of this evidence; -1 without it. */
    long number(Clue clue) {
        Evidence piece = finding.first(clue);
        return piece == null ? -1 : piece.amount();
    }

    /** {@code before + number + after}, the noun with its plural; empty without evidence, and for none. */
    String count(String before, Clue clue, String noun, String after) {
        long number = number(clue);
        return number <= 0 ? "" : before + number + " " + noun + (number == 1 ? "" : "s") + after;
    }

    /** {@code before + "3 times" + after}, likewise. */
    String times(String before, Clue clue, String after) {
        long number = number(clue);
        return number <= 0 ? "" : before + (number == 1 ? "once" : number + " times") + after;
    }

    /** {@code before + "512 bytes" + after}, likewise. */
    String bytes(String before, Clue clue, String after) {
        long number = number(clue);
        return number <= 0 ? "" : before + HumanUnits.spokenBytes(number) + after;
    }

    /** {@code before + "42 s" + after} of an evidence that is a duration, likewise. */
    String duration(String before, Clue clue, String after) {
        long number = number(clue);
        return number < 0 ? "" : before + HumanUnits.spokenDuration(number) + after;
    }

    /** {@code before + "42 s" + after}: how long before the moment of the finding this evidence was so. */
    String since(String before, Clue clue, String after) {
        Evidence piece = finding.first(clue);
        return piece == null
                ? ""
                : before + HumanUnits.spokenDuration(finding.untilEpochNanos() - piece.atEpochNanos()) + after;
    }

    /** {@code before + word + after}; empty without evidence. */
    String word(String before, Clue clue, String after) {
        String text = text(clue);
        return text == null ? "" : before + text + after;
    }

    /** {@code its program postgres (pid 812)}, or {@code its program}. */
    String program() {
        return "its program" + word(" ", Clue.PEER_PROGRAM, "");
    }

    /** {@code 129 connections wait in its listener's queue, which takes 128}; empty where the queue was not seen. */
    String queue() {
        long waiting = number(Clue.LISTENER_WAITING);
        long backlog = number(Clue.LISTENER_BACKLOG);
        if (waiting < 0 || backlog < 0) {
            return "";
        }
        return waiting + (waiting == 1 ? " connection waits" : " connections wait")
                + " in its listener's queue (backlog " + backlog + ")";
    }

    /** The leg that the finding is about; {@code otherwise} where it is about none. */
    Leg leg(Leg otherwise) {
        Leg leg = finding.leg();
        return leg == null ? otherwise : leg;
    }
}
