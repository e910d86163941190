package dev.finspect.diagnose.finding;

import com.google.auto.service.AutoService;
import dev.finspect.diagnose.Blame;
import dev.finspect.diagnose.Clue;
import dev.finspect.diagnose.EvidenceList;
import dev.finspect.diagnose.FindingId;
import dev.finspect.diagnose.Parties;
import dev.finspect.diagnose.Situation;
import dev.finspect.diagnose.Snapshot;
import dev.finspect.diagnose.catalogue.Contradiction;
import dev.finspect.diagnose.catalogue.FindingKind;
import dev.finspect.diagnose.catalogue.Overlap;
import dev.finspect.diagnose.catalogue.RuleEntry;
import dev.finspect.diagnose.catalogue.SessionStage;
import dev.finspect.diagnose.question.ReadProgress;
import dev.finspect.diagnose.question.SessionPhase;
import dev.finspect.diagnose.question.TlsProgress;
import dev.finspect.diagnose.question.TlsProgress.Step;
import dev.finspect.diagnose.reading.OtherReading;
import dev.finspect.diagnose.reading.OtherReadings;
import dev.finspect.diagnose.reading.ReadingResult;
import dev.finspect.diagnose.words.NextCommands;
import dev.finspect.diagnose.words.Words;
import dev.finspect.record.Habit;
import dev.finspect.record.LegRecord;
import dev.finspect.record.LegTls;
import dev.finspect.record.PeerSocket;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.IpText;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.Observation;
import dev.finspect.tcp.Source;
import dev.finspect.wire.tls.ClientHello;
import java.net.InetSocketAddress;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** See {@link #entry()}. Only on a route with {@code tls: observe}. */
@AutoService(FindingKind.class)
public final class TlsHandshakeStalled extends FindingKind {
    public static final FindingId ID = new FindingId("tls-handshake-stalled");

    private static final OtherReading NO_TLS_THERE = new OtherReading(
            "no-tls-there",
            "the PEER does not speak TLS on this port",
            "it has sent TLS in this session; its program, on this host, has not read what it was sent; rare where the route"
                    + " has always answered words of this size and position",
            "`openssl s_client` to the PEER, past finspect",
            OtherReadings.by(Blame.CONFIGURATION),
            TlsHandshakeStalled::noTlsThere);

    private static final OtherReading SECOND_SEGMENT = new OtherReading(
            "second-segment-lost",
            "later segments of the ClientHello are lost on the way, as large ones are where the path takes less",
            "the peer's socket on this host, which has nothing left to send; the ClientHello is complete",
            "a capture on the PEER's host: does it send the rest again?",
            OtherReadings::way,
            TlsHandshakeStalled::secondSegment);

    private static final OtherReading WAY_BACK =
            OtherReadings.WAY_BACK.unlessOwn((snapshot, situation) -> isStep(snapshot, Step.CLIENT_HELLO_REST));

    private static final OtherReading OTHER_OWES = OtherReadings.OTHER_OWES.unless(
            (snapshot, situation) -> {
                TlsProgress progress = TlsProgress.of(snapshot);
                return progress != null && progress.complete();
            },
            "the OTHER has sent all that comes before it, by the lengths in the handshake");

    public TlsHandshakeStalled() {
        super(ID, SessionStage.DATA, 5);
    }

    @Override
    protected List<Situation> situations(Snapshot snapshot) {
        TlsProgress progress = TlsProgress.of(snapshot);
        if (progress == null || !SessionPhase.isLive(snapshot)) {
            return List.of();
        }
        LegRecord debtor = snapshot.leg(progress.step().debtor());
        boolean lasts =
                snapshot.lasts(progress.sinceEpochNanos(), snapshot.thresholds().tlsHandshake())
                        || ReadProgress.unreadSince(snapshot, debtor) != null;
        if (!lasts
                || !SessionPhase.isOpen(snapshot.client())
                || !SessionPhase.isOpen(snapshot.upstream())
                || SessionPhase.readingPaused(snapshot, debtor)
                || debtor.data().loss().hole().since().isKnown()
                || Boolean.FALSE.equals(debtor.allAcknowledged())) {
            return List.of();
        }
        Step step = progress.step();
        long judged = Math.max(progress.sinceEpochNanos(), debtor.lastSentAt().or(progress.sinceEpochNanos()));
        return List.of(new Situation(
                Blame.peer(step.debtor()),
                step.debtor(),
                progress.sinceEpochNanos(),
                judged,
                evidence(snapshot, step, debtor)));
    }

    private static List<dev.finspect.diagnose.Evidence> evidence(Snapshot snapshot, Step step, LegRecord debtor) {
        return new EvidenceList(step.debtor())
                .word(Clue.TLS_AWAITED, new Fact<>(step.words(), Source.INFERRED))
                .turn(debtor)
                .peerSocket(debtor)
                .and(hellos(snapshot))
                .pieces();
    }

    private static EvidenceList hellos(Snapshot snapshot) {
        EvidenceList client = new EvidenceList(Leg.CLIENT);
        EvidenceList upstream = new EvidenceList(Leg.UPSTREAM);
        LegTls offers = snapshot.client().tls();
        LegTls answers = snapshot.upstream().tls();
        if (offers != null && answers != null) {
            ClientHello offered = offers.hello().offered();
            String name = offered == null ? null : offered.serverName();
            client.at(Clue.TLS_CLIENT_HELLO, offers.hello().at())
                    .amount(Clue.TLS_CLIENT_HELLO_BYTES, size(offers.hello()))
                    .word(Clue.TLS_SERVER_NAME, name == null ? null : Fact.socket(name));
            if (offered == null) {
                client.amount(
                        Clue.BYTES_RECEIVED, snapshot.client().data().traffic().bytesReceived());
            }
            upstream.at(Clue.TLS_SERVER_HELLO, answers.hello().at());
        }
        return client.and(upstream);
    }

    private static Observation<Long> size(LegTls.Hello hello) {
        return hello.bytes().isKnown() || hello.expectedBytes().or(0L) == 0 ? hello.bytes() : hello.expectedBytes();
    }

    private static boolean isStep(Snapshot snapshot, Step step) {
        TlsProgress progress = TlsProgress.of(snapshot);
        return progress != null && progress.step() == step;
    }

    private static ReadingResult noTlsThere(Snapshot snapshot, Situation situation) {
        LegRecord it = snapshot.leg(situation.oneLeg());
        if (it.tls() != null && it.tls().speaks().isKnown()) {
            return ReadingResult.ruledOut("the PEER has sent TLS in this session");
        }
        if (ReadProgress.unreadSince(snapshot, it) != null) {
            return ReadingResult.ruledOut("the PEER's program has not read what it was sent");
        }
        Habit habit = it.peerProgram().habit().orNull();
        return habit != null && habit.isToAnswer()
                ? ReadingResult.rare("the route has answered all " + habit.answered() + " such words so far")
                : ReadingResult.open();
    }

    private static ReadingResult secondSegment(Snapshot snapshot, Situation situation) {
        if (!isStep(snapshot, Step.CLIENT_HELLO_REST)) {
            return ReadingResult.none();
        }
        PeerSocket socket = snapshot.client().peerSocket();
        return socket != null && socket.seen() && socket.unsentBytes() == 0
                ? ReadingResult.ruledOut("the PEER's socket has nothing left to send", socket.atEpochNanos())
                : ReadingResult.open();
    }

    @Override
    protected Set<Blame> ownBlames() {
        return EnumSet.of(Blame.CLIENT, Blame.UPSTREAM);
    }

    @Override
    public List<OtherReading> readings() {
        return List.of(
                NO_TLS_THERE,
                SECOND_SEGMENT,
                OtherReadings.WAY_THERE,
                OtherReadings.HOST_GONE,
                WAY_BACK,
                OtherReadings.READS_LATER,
                OTHER_OWES,
                OtherReadings.FINSPECT_HOLDS);
    }

    @Override
    protected String sentence(Words words) {
        Leg debtor = words.leg(Leg.UPSTREAM);
        String asked = Words.inBrackets(
                words.word("for ", Clue.TLS_SERVER_NAME, ""),
                words.bytes("", Clue.TLS_CLIENT_HELLO_BYTES, ""),
                words.since("", Clue.TLS_CLIENT_HELLO, " ago"));
        String awaited = words.text(Clue.TLS_AWAITED);
        if (awaited == null) {
            return "A TLS handshake stalls: " + words.peer(debtor) + " has sent nothing for " + words.lasted() + ".";
        }
        if (awaited.equals(Step.CLIENT_HELLO_REST.words())) {
            return words.thePeer(debtor) + " has begun a TLS handshake, and sent nothing for " + words.lasted()
                    + words.bytes(": ", Clue.BYTES_RECEIVED, "")
                    + words.bytes(" of the ", Clue.TLS_CLIENT_HELLO_BYTES, " of its ClientHello")
                    + " have come. Later segments of it may be lost on the way.";
        }
        return "The TLS handshake stalls after the ClientHello" + asked + ": " + words.peer(debtor) + " owes "
                + awaited + ", and has sent nothing for " + words.lasted() + ". "
                + words.readByProgram(debtor);
    }

    @Override
    protected List<Contradiction> contradictions() {
        return List.of(Contradiction.of("the next step of the handshake in a capture on finspect's host"));
    }

    @Override
    protected void next(NextCommands commands) {
        commands.own().peer().program();
        String ask = inquiry(commands);
        if (ask != null) {
            commands.add(ask, "whether the upstream completes a handshake now, past finspect");
        }
        commands.packets(false);
    }

    private static @Nullable String inquiry(NextCommands commands) {
        Parties parties = commands.parties();
        InetSocketAddress upstream = parties.upstream();
        dev.finspect.diagnose.Evidence name = commands.finding().first(Clue.TLS_SERVER_NAME);
        String asked = name == null ? null : name.text();
        return upstream == null || upstream.getAddress() == null
                ? null
                : "openssl s_client -connect " + NextCommands.quoted(IpText.endpoint(upstream))
                        + (asked == null ? "" : " -servername " + NextCommands.quoted(asked)) + " </dev/null";
    }

    @Override
    public boolean asksForPeerSocket(Leg leg) {
        return true;
    }

    @Override
    public List<Overlap> overlaps() {
        String reason = "the handshake comes before everything else";
        return List.of(
                explains(UpstreamSilent.ID, Overlap.Scope.ANY_LEG, reason),
                explains(ClientSilent.ID, Overlap.Scope.ANY_LEG, reason),
                explainedBy(
                        UpstreamNotAccepting.ID,
                        Overlap.Scope.SAME_LEG,
                        "who has not accepted a connection has read nothing on it"));
    }

    @Override
    public RuleEntry entry() {
        return new RuleEntry(
                "A TLS handshake has begun, and its next step does not come.",
                "Only on a route with `tls: observe`. The lengths in the hellos say whether what came before is complete, and"
                        + " so whose turn it is: the rest of a ClientHello, the ServerHello, a second ClientHello after a"
                        + " HelloRetryRequest, the rest of the upstream's flight, the client's finish, and up to TLS 1.2 the"
                        + " upstream's. Not reported after a fatal alert, or while what was sent is not acknowledged.",
                "the peer whose step it is",
                "tls_handshake, unread",
                "Of an upstream: does `openssl s_client` get an answer past finspect? Is its program stopped, or out of threads?"
                        + " Of a client: does it wait for a person, or are later segments of its ClientHello lost?",
                new RuleEntry.Rights(
                        "possible; likely if it has sent TLS before",
                        "proved, if unread and stopped, or unread after it has read before; likely, if never read",
                        "shows what is acknowledged if tcp_info does not"));
    }
}
