package dev.finspect.diagnose.finding;

import com.google.auto.service.AutoService;
import dev.finspect.diagnose.Blame;
import dev.finspect.diagnose.Clue;
import dev.finspect.diagnose.FindingId;
import dev.finspect.diagnose.Situation;
import dev.finspect.diagnose.Snapshot;
import dev.finspect.diagnose.catalogue.Contradiction;
import dev.finspect.diagnose.catalogue.FindingKind;
import dev.finspect.diagnose.catalogue.RuleEntry;
import dev.finspect.diagnose.catalogue.SessionStage;
import dev.finspect.diagnose.question.ConnectAttempts;
import dev.finspect.diagnose.question.IcmpErrors;
import dev.finspect.diagnose.question.NameLookups;
import dev.finspect.diagnose.reading.OtherReading;
import dev.finspect.diagnose.reading.OtherReadings;
import dev.finspect.diagnose.reading.ReadingResult;
import dev.finspect.diagnose.words.NextCommands;
import dev.finspect.diagnose.words.Words;
import dev.finspect.record.Attempt;
import dev.finspect.tcp.ConnectResult;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Leg;
import java.net.InetSocketAddress;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** See {@link #entry()}. A port unreachable counts too: that is how a packet filter refuses. */
@AutoService(FindingKind.class)
public final class ConnectUnreachable extends FindingKind {
    public static final FindingId ID = new FindingId("connect-unreachable");

    private static final OtherReading HOST_DOWN = new OtherReading(
            "host-down",
            "the upstream's host is down",
            "an ICMP error other than host unreachable; a cause on this host",
            "a ping of the upstream's host",
            OtherReadings.by(Blame.UPSTREAM),
            ConnectUnreachable::hostDown);

    private static final OtherReading OTHER_ERROR = new OtherReading(
            "other-error",
            "the error has another cause on this host",
            "the error says what it was",
            "the same connect() by hand, as the same user",
            OtherReadings.by(Blame.CONFIGURATION),
            ConnectUnreachable::otherError);

    public ConnectUnreachable() {
        super(ID, SessionStage.OPENING, 30);
    }

    @Override
    protected List<Situation> situations(Snapshot snapshot) {
        ConnectAttempts attempts = new ConnectAttempts(snapshot);
        Attempt attempt = attempt(snapshot, attempts);
        if (attempt == null) {
            return List.of();
        }
        boolean byIcmp = attempts.icmp(attempt) != null;
        return List.of(new Situation(
                byIcmp ? Blame.NETWORK_TO_UPSTREAM : blame(attempt),
                Leg.UPSTREAM,
                ConnectAttempts.endedAt(attempt),
                attempts.evidence(attempt)
                        .at(Clue.NAME_ASKED, attempt.address() == null ? attempt.begunAt() : null)
                        .pieces()));
    }

    private static @Nullable Attempt attempt(Snapshot snapshot, ConnectAttempts attempts) {
        return attempts.lastFailed(each -> isUnreachable(snapshot, attempts, each));
    }

    private static boolean isUnreachable(Snapshot snapshot, ConnectAttempts attempts, Attempt attempt) {
        ConnectResult result = attempt.result();
        if (attempts.icmp(attempt) != null && result != ConnectResult.ABANDONED) {
            return true;
        }
        if (result == null) {
            return false;
        }
        return switch (result) {
            case HOST_UNREACHABLE, NETWORK_UNREACHABLE, DENIED -> true;
            case UNRESOLVABLE -> !new NameLookups(snapshot).isUnanswered();
            case FAILED -> !ConnectAttempts.outOfMemory(attempt);
            case CONNECTED, REFUSED, TIMED_OUT, RESET, NO_DESCRIPTOR, NO_PORT, LOOP, ABANDONED -> false;
        };
    }

    private static Blame blame(Attempt attempt) {
        return attempt.result() == ConnectResult.UNRESOLVABLE || attempt.result() == ConnectResult.DENIED
                ? Blame.CONFIGURATION
                : Blame.NETWORK_TO_UPSTREAM;
    }

    private static ReadingResult hostDown(Snapshot snapshot, Situation situation) {
        ConnectAttempts attempts = new ConnectAttempts(snapshot);
        Attempt attempt = attempt(snapshot, attempts);
        Fact<String> icmp = attempt == null ? null : attempts.icmp(attempt);
        if (icmp != null) {
            return IcmpErrors.isHostUnreachable(icmp.value())
                    ? ReadingResult.rare("a router answered that the host is not reached")
                    : ReadingResult.ruledOut("the ICMP error " + icmp.value() + " was sent on purpose");
        }
        if (situation.own() == Blame.CONFIGURATION) {
            return ReadingResult.ruledOut("no segment has left this host");
        }
        return ReadingResult.rare("a host that is down seldom is reported as an error");
    }

    private static ReadingResult otherError(Snapshot snapshot, Situation situation) {
        ConnectAttempts attempts = new ConnectAttempts(snapshot);
        Attempt attempt = attempt(snapshot, attempts);
        if (attempt != null && attempts.icmp(attempt) != null) {
            return ReadingResult.ruledOut("the ICMP error says what it was");
        }
        boolean named = attempt != null && attempt.result() != null && attempt.result() != ConnectResult.FAILED;
        if (!named) {
            return ReadingResult.open();
        }
        return situation.own() == Blame.CONFIGURATION
                ? ReadingResult.rare("this host itself says so, and seldom means another thing")
                : ReadingResult.ruledOut("the error says what it was");
    }

    @Override
    protected Set<Blame> ownBlames() {
        return EnumSet.of(Blame.NETWORK_TO_UPSTREAM, Blame.CONFIGURATION);
    }

    @Override
    public List<OtherReading> readings() {
        return List.of(HOST_DOWN, OTHER_ERROR);
    }

    @Override
    protected String sentence(Words words) {
        String failed = words.failedAttempts();
        if (words.has(Clue.CONNECT_ICMP)) {
            return words.thePeer(Leg.UPSTREAM) + " cannot be reached" + failed
                    + ": a router or a packet filter answered the SYN with an ICMP error ("
                    + words.text(Clue.CONNECT_ICMP) + ").";
        }
        if (words.finding().blame() != Blame.CONFIGURATION) {
            return words.thePeer(Leg.UPSTREAM) + " cannot be reached" + failed + ": connect() failed"
                    + words.word(" with ", Clue.CONNECT_ERRNO, "")
                    + ". This host has no route to it, nothing answers at that address, or a router reported an error.";
        }
        String result = words.text(Clue.CONNECT_RESULT);
        if (ConnectResult.DENIED.label().equals(result)) {
            return "This host does not let finspect connect to " + words.peer(Leg.UPSTREAM) + failed
                    + ". Check its packet filter, its security policy and its prohibit routes.";
        }
        return "The upstream's name has no address" + failed
                + ". Correct the name in the route, or the name servers of this host.";
    }

    @Override
    protected List<Contradiction> contradictions() {
        return List.of(
                Contradiction.when(
                        finding -> finding.blame() != Blame.CONFIGURATION,
                        "a connection to the same address by hand that succeeds"),
                Contradiction.when(
                        finding -> finding.blame() != Blame.CONFIGURATION,
                        "a route and a neighbour entry for the address on this host, and no ICMP error in a capture"));
    }

    @Override
    protected void next(NextCommands commands) {
        InetSocketAddress upstream = commands.parties().upstream();
        if (upstream != null && upstream.getAddress() == null) {
            commands.add(
                    "getent ahosts " + NextCommands.quoted(upstream.getHostString()),
                    "the addresses that this host's resolver has for the name");
        } else if (commands.finding().blame() == Blame.CONFIGURATION) {
            commands.route().add("nft list ruleset", "whether this host's packet filter forbids it (root)");
        } else {
            commands.route().neighbour().nextPackets(true);
        }
    }

    @Override
    public RuleEntry entry() {
        return new RuleEntry(
                "The upstream cannot be reached.",
                "A captured ICMP error, port unreachable among them; EHOSTUNREACH or ENETUNREACH, which may also come from this"
                        + " host's own routes; a name without address; a connect() that this host forbids.",
                "network to upstream; configuration for names and denials",
                "none",
                "`ip route get`, `ip neigh`; the filter of the host that sent the ICMP error; the name in the route.",
                new RuleEntry.Rights(
                        "likely (errno); possible for other errors",
                        "",
                        "proved (ICMP); likely after host unreachable"));
    }
}
