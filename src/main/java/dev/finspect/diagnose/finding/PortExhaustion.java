package dev.finspect.diagnose.finding;

import com.google.auto.service.AutoService;
import dev.finspect.diagnose.Blame;
import dev.finspect.diagnose.Clue;
import dev.finspect.diagnose.FindingId;
import dev.finspect.diagnose.Situation;
import dev.finspect.diagnose.Snapshot;
import dev.finspect.diagnose.catalogue.FindingKind;
import dev.finspect.diagnose.catalogue.RuleEntry;
import dev.finspect.diagnose.catalogue.SessionStage;
import dev.finspect.diagnose.question.ConnectAttempts;
import dev.finspect.diagnose.question.Numbers;
import dev.finspect.diagnose.reading.OtherReading;
import dev.finspect.diagnose.reading.OtherReadings;
import dev.finspect.diagnose.reading.ReadingResult;
import dev.finspect.diagnose.words.NextCommands;
import dev.finspect.diagnose.words.Words;
import dev.finspect.record.Attempt;
import dev.finspect.tcp.ConnectResult;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.Observation;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** See {@link #entry()}. If sockets were counted and none is in TIME-WAIT, living connections may hold the ports. */
@AutoService(FindingKind.class)
public final class PortExhaustion extends FindingKind {
    public static final FindingId ID = new FindingId("port-exhaustion");

    private static final OtherReading NO_FITTING_ADDRESS = new OtherReading(
            "no-fitting-address",
            "no address of this host fits the connection",
            "connections in TIME-WAIT to the same upstream",
            "`ss -tan state time-wait dst` of the upstream",
            OtherReadings.by(Blame.CONFIGURATION),
            PortExhaustion::noFittingAddress);

    public PortExhaustion() {
        super(ID, SessionStage.FINSPECT, 20);
    }

    @Override
    protected List<Situation> situations(Snapshot snapshot) {
        ConnectAttempts attempts = new ConnectAttempts(snapshot);
        Attempt attempt = attempt(attempts);
        if (attempt == null) {
            return List.of();
        }
        return List.of(new Situation(
                Blame.CONFIGURATION,
                Leg.UPSTREAM,
                ConnectAttempts.endedAt(attempt),
                attempts.evidence(attempt)
                        .amount(Clue.TIME_WAITS, attempt.answers().timeWaits())
                        .pieces()));
    }

    private static @Nullable Attempt attempt(ConnectAttempts attempts) {
        return attempts.lastFailed(each -> each.result() == ConnectResult.NO_PORT);
    }

    private static ReadingResult noFittingAddress(Snapshot snapshot, Situation situation) {
        Attempt attempt = attempt(new ConnectAttempts(snapshot));
        Observation<Long> timeWaits =
                attempt == null ? Observation.notObserved() : attempt.answers().timeWaits();
        if (!timeWaits.isKnown()) {
            return ReadingResult.rare("it seldom is the reason");
        }
        return Numbers.positive(timeWaits)
                ? ReadingResult.ruledOut("ports are held by connections in TIME-WAIT", situation.sinceEpochNanos())
                : ReadingResult.open();
    }

    @Override
    protected Set<Blame> ownBlames() {
        return EnumSet.of(Blame.CONFIGURATION);
    }

    @Override
    public List<OtherReading> readings() {
        return List.of(NO_FITTING_ADDRESS);
    }

    @Override
    protected String sentence(Words words) {
        return "No local port is left for connections to " + words.peer(Leg.UPSTREAM)
                + words.count(": ", Clue.TIME_WAITS, "socket", " in TIME-WAIT towards it") + words.failedAttempts()
                + ". Keep connections open, widen net.ipv4.ip_local_port_range, or give the upstream another address.";
    }

    @Override
    protected void next(NextCommands commands) {
        commands.ports();
    }

    @Override
    public RuleEntry entry() {
        return new RuleEntry(
                "No local port is left towards the upstream.",
                "EADDRNOTAVAIL, which also means that no local address fits. Sockets in TIME-WAIT towards the address would prove"
                        + " that one fits, but a session does not have their count yet:"
                        + " `finspect_upstream_local_ports_taken` has it for the route.",
                "configuration",
                "none",
                "Keep connections open, widen `net.ipv4.ip_local_port_range`, give the upstream another address.",
                new RuleEntry.Rights("likely (errno)", "", ""));
    }
}
