package dev.finspect.diagnose.finding;

import com.google.auto.service.AutoService;
import dev.finspect.diagnose.Blame;
import dev.finspect.diagnose.Clue;
import dev.finspect.diagnose.EvidenceList;
import dev.finspect.diagnose.FindingId;
import dev.finspect.diagnose.Situation;
import dev.finspect.diagnose.Snapshot;
import dev.finspect.diagnose.catalogue.Contradiction;
import dev.finspect.diagnose.catalogue.FindingKind;
import dev.finspect.diagnose.catalogue.Overlap;
import dev.finspect.diagnose.catalogue.RuleEntry;
import dev.finspect.diagnose.catalogue.SessionStage;
import dev.finspect.diagnose.question.PeerReset;
import dev.finspect.diagnose.question.SessionPhase;
import dev.finspect.diagnose.reading.OtherReading;
import dev.finspect.diagnose.reading.OtherReadings;
import dev.finspect.diagnose.reading.ReadingResult;
import dev.finspect.diagnose.words.NextCommands;
import dev.finspect.diagnose.words.Words;
import dev.finspect.record.CloseMark;
import dev.finspect.record.LegRecord;
import dev.finspect.record.LegTls;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Leg;
import dev.finspect.wire.tls.FirstBytes;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** See {@link #entry()}. Only on a route with {@code tls: observe}. */
@AutoService(FindingKind.class)
public final class NotTls extends FindingKind {
    public static final FindingId ID = new FindingId("not-tls");

    private static final OtherReading NEITHER = new OtherReading(
            "neither-speaks-tls",
            "the upstream does not speak TLS either, and owes its answer in another protocol",
            "one of the two has sent TLS in this session",
            "the upstream's configuration of this port; then `tls: observe` of the route says nothing",
            OtherReadings.by(Blame.UPSTREAM),
            NotTls::neither);

    private static final OtherReading ANSWERS_LATER = new OtherReading(
            "answers-later",
            "neither speaks TLS, and the upstream takes its time for an answer in another protocol",
            "one of the two has sent TLS in this session; the session is over; the upstream has been silent for longer than the"
                    + " threshold `silence`",
            "a later look",
            OtherReadings.by(Blame.NOBODY),
            NotTls::answersLater);

    public NotTls() {
        super(ID, SessionStage.DATA, 7);
    }

    @Override
    protected List<Situation> situations(Snapshot snapshot) {
        LegTls client = snapshot.client().tls();
        LegTls upstream = snapshot.upstream().tls();
        if (client == null
                || upstream == null
                || snapshot.proxy().endedBecause() != null
                || !snapshot.upstream().established()) {
            return List.of();
        }
        if (client.speaks().or(FirstBytes.BINARY) == FirstBytes.TLS) {
            return upstream.isOther() ? found(snapshot, snapshot.upstream()) : List.of();
        }
        return client.isOther() && isRefused(snapshot, upstream) ? found(snapshot, snapshot.client()) : List.of();
    }

    /** Whether the upstream, which has answered in another protocol than TLS nowhere, has sent TLS, closed, or is silent. */
    private static boolean isRefused(Snapshot snapshot, LegTls upstream) {
        if (upstream.speaks().isKnown()) {
            return upstream.speaks().or(FirstBytes.BINARY) == FirstBytes.TLS;
        }
        if (snapshot.over()) {
            return closedFirst(snapshot);
        }
        return SessionPhase.isLive(snapshot)
                && !Boolean.FALSE.equals(snapshot.upstream().allAcknowledged())
                && snapshot.lasts(
                        snapshot.client().lastReceivedAt().or(Long.MAX_VALUE),
                        snapshot.thresholds().tlsHandshake());
    }

    /** Whether the upstream ended the session, and not the client. */
    private static boolean closedFirst(Snapshot snapshot) {
        CloseMark left = snapshot.client().close().peerFin().orNull();
        CloseMark fin = snapshot.upstream().close().peerFin().orNull();
        return PeerReset.of(snapshot.upstream()) != null
                || (fin != null && (left == null || fin.atEpochNanos() < left.atEpochNanos()));
    }

    private static List<Situation> found(Snapshot snapshot, LegRecord it) {
        LegTls tls = it.tls();
        Fact<FirstBytes> speaks = tls == null ? null : tls.speaks().fact();
        long since =
                it.data().traffic().firstReceivedAt().or(it.lastReceivedAt().or(snapshot.nowEpochNanos()));
        return List.of(new Situation(
                Blame.CONFIGURATION,
                it.leg(),
                since,
                new EvidenceList(it.leg())
                        .word(
                                Clue.TLS_NOT_SPOKEN,
                                speaks == null
                                        ? null
                                        : new Fact<>(speaks.value().words(), speaks.source()))
                        .amount(Clue.BYTES_RECEIVED, it.data().traffic().bytesReceived())
                        .peerSocket(it)
                        .pieces()));
    }

    private static ReadingResult neither(Snapshot snapshot, Situation situation) {
        return isTlsSpoken(snapshot)
                ? ReadingResult.ruledOut("the OTHER has sent TLS in this session")
                : ReadingResult.open();
    }

    private static ReadingResult answersLater(Snapshot snapshot, Situation situation) {
        if (isTlsSpoken(snapshot)) {
            return ReadingResult.ruledOut("the OTHER has sent TLS in this session");
        }
        long spoke = snapshot.client().lastReceivedAt().or(Long.MAX_VALUE);
        return snapshot.over() || snapshot.lasts(spoke, snapshot.thresholds().silence())
                ? ReadingResult.ruledOut("it has had the time for that", snapshot.nowEpochNanos())
                : ReadingResult.open();
    }

    private static boolean isTlsSpoken(Snapshot snapshot) {
        return speaksTls(snapshot.client().tls())
                || speaksTls(snapshot.upstream().tls());
    }

    private static boolean speaksTls(@Nullable LegTls tls) {
        return tls != null && tls.speaks().or(FirstBytes.BINARY) == FirstBytes.TLS;
    }

    @Override
    protected Set<Blame> ownBlames() {
        return EnumSet.of(Blame.CONFIGURATION);
    }

    @Override
    public List<OtherReading> readings() {
        return List.of(NEITHER, ANSWERS_LATER);
    }

    @Override
    protected String sentence(Words words) {
        Leg leg = words.leg(Leg.CLIENT);
        String speaks = words.word(" but ", Clue.TLS_NOT_SPOKEN, "");
        return leg == Leg.CLIENT
                ? words.thePeer(leg) + " did not send a ClientHello" + speaks
                        + ", on a route whose service should speak TLS. Its address is that of another port, or its TLS is"
                        + " switched off."
                : words.thePeer(leg) + " did not answer the ClientHello with TLS" + speaks
                        + ". The route leads to the wrong port, or the service's TLS is switched off.";
    }

    @Override
    protected List<Contradiction> contradictions() {
        return List.of(Contradiction.of(
                "a protocol that begins in clear and changes to TLS later: its handshake is not observed"));
    }

    @Override
    protected void next(NextCommands commands) {
        commands.own().peer().program();
        if (commands.finding().leg() == Leg.UPSTREAM) {
            commands.listener(false);
        }
    }

    @Override
    public List<Overlap> overlaps() {
        String reason = "a program answers nothing, or closes, when it is spoken to in another protocol";
        return List.of(
                explains(EmptyReply.ID, Overlap.Scope.ANY_LEG, reason),
                explains(UpstreamSilent.ID, Overlap.Scope.ANY_LEG, reason),
                explains(ResetWithUnread.ID, Overlap.Scope.ANY_LEG, reason));
    }

    @Override
    public RuleEntry entry() {
        return new RuleEntry(
                "One side speaks TLS, and the other does not.",
                "Only on a route with `tls: observe`. The upstream's first bytes answer a ClientHello with something else; or the"
                        + " client's first bytes are no TLS, and the upstream answers with a TLS alert, closes without a byte,"
                        + " or stays silent. Not reported where both speak the same other protocol, and not of a PROXY header"
                        + " or PostgreSQL's own request for TLS.",
                "configuration",
                "tls_handshake",
                "Compare the address and port that the client uses with those of the service, and both sides' settings of TLS.",
                new RuleEntry.Rights("proved, if one of the two has sent TLS; else possible", "names the program", ""));
    }
}
