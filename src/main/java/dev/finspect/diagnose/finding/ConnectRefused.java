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
import dev.finspect.diagnose.question.PeerHost;
import dev.finspect.diagnose.reading.OtherReading;
import dev.finspect.diagnose.reading.OtherReadings;
import dev.finspect.diagnose.reading.ReadingResult;
import dev.finspect.diagnose.words.NextCommands;
import dev.finspect.diagnose.words.Words;
import dev.finspect.record.Attempt;
import dev.finspect.record.PeerSocket;
import dev.finspect.tcp.ConnectResult;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.Source;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** See {@link #entry()}. With the ICMP error captured it is {@link ConnectUnreachable} instead. */
@AutoService(FindingKind.class)
public final class ConnectRefused extends FindingKind {
    public static final FindingId ID = new FindingId("connect-refused");

    private static final OtherReading FILTER_REJECTS = new OtherReading(
            "filter-rejects",
            "a packet filter refuses the connection in the upstream's name",
            "no listener was found on this host, or the kernel of the upstream, on this host, has sent the RST (kernel"
                    + " tracing); else it is rare where the RST was captured",
            "the listener on the upstream's host, and the packet filters on the way",
            OtherReadings.by(Blame.NETWORK_TO_UPSTREAM),
            ConnectRefused::filterRejects);

    public ConnectRefused() {
        super(ID, SessionStage.OPENING, 20);
    }

    @Override
    protected List<Situation> situations(Snapshot snapshot) {
        ConnectAttempts attempts = new ConnectAttempts(snapshot);
        Attempt attempt = attempt(attempts);
        if (attempt == null) {
            return List.of();
        }
        Fact<Long> rst = attempts.rstAt(attempt);
        return List.of(new Situation(
                Blame.UPSTREAM,
                Leg.UPSTREAM,
                rst == null ? ConnectAttempts.endedAt(attempt) : rst.value(),
                attempts.evidence(attempt).pieces()));
    }

    private static @Nullable Attempt attempt(ConnectAttempts attempts) {
        return attempts.lastFailed(each -> isRefused(each) && attempts.icmp(each) == null);
    }

    private static boolean isRefused(Attempt attempt) {
        return attempt.result() == ConnectResult.REFUSED || attempt.result() == ConnectResult.RESET;
    }

    private static ReadingResult filterRejects(Snapshot snapshot, Situation situation) {
        ConnectAttempts attempts = new ConnectAttempts(snapshot);
        Attempt attempt = attempt(attempts);
        Fact<Long> rst = attempt == null ? null : attempts.rstAt(attempt);
        if (attempt != null && attempt.kernel().sentAt().isKnown()) {
            return ReadingResult.ruledOut(
                    "the upstream's own kernel, on this host, sent the RST", situation.eventEpochNanos());
        }
        PeerSocket socket = snapshot.upstream().peerSocket();
        boolean here = PeerHost.isHere(snapshot.upstream()) || isLoopback(attempt);
        if (here && rst != null && socket != null && socket.listening() == null) {
            return ReadingResult.ruledOut("nothing listens there on this host", socket.atEpochNanos());
        }
        return rst != null && rst.source() == Source.WIRE
                ? ReadingResult.rare("an RST was captured, and packet filters seldom send one")
                : ReadingResult.open();
    }

    private static boolean isLoopback(@Nullable Attempt attempt) {
        return attempt != null
                && attempt.address() != null
                && attempt.address().getAddress() != null
                && attempt.address().getAddress().isLoopbackAddress();
    }

    @Override
    protected Set<Blame> ownBlames() {
        return EnumSet.of(Blame.UPSTREAM);
    }

    @Override
    public List<OtherReading> readings() {
        return List.of(FILTER_REJECTS);
    }

    @Override
    protected String sentence(Words words) {
        String upstream = words.thePeer(Leg.UPSTREAM);
        if (ConnectResult.RESET.label().equals(words.text(Clue.CONNECT_RESULT))) {
            return upstream + " reset the connection while it was being opened" + words.failedAttempts()
                    + ". Its program closes at once, its listener's queue is full, or a packet filter interferes.";
        }
        if (words.has(Clue.CONNECT_RST)) {
            return upstream + " refused the connection" + words.failedAttempts()
                    + ": its host answered the SYN with RST, so no program listens on that port.";
        }
        return upstream + " refused the connection" + words.failedAttempts()
                + words.word(": connect() failed with ", Clue.CONNECT_ERRNO, "")
                + ". No program listens on that port, or a packet filter on the way refuses it.";
    }

    @Override
    protected List<Contradiction> contradictions() {
        return List.of(Contradiction.of("an RST whose time to live is not that of the upstream's other segments"));
    }

    @Override
    protected void next(NextCommands commands) {
        commands.listener(false).nextPackets(true);
    }

    @Override
    public RuleEntry entry() {
        return new RuleEntry(
                "The upstream's host answers with RST, or resets while the connection is being opened.",
                "A captured RST. ECONNREFUSED alone is only likely, since an ICMP port unreachable causes it too. Reported once"
                        + " nothing is left to try, or the search takes longer than the threshold.",
                "upstream",
                "connect (while other addresses are tried)",
                "Start the program, or correct address and port.",
                new RuleEntry.Rights(
                        "possible (errno)",
                        "proved with the RST, if nothing listens there, or by the kernel's reason",
                        "likely (RST)"));
    }
}
