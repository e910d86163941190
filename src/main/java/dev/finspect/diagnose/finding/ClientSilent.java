package dev.finspect.diagnose.finding;

import com.google.auto.service.AutoService;
import dev.finspect.diagnose.Blame;
import dev.finspect.diagnose.EvidenceList;
import dev.finspect.diagnose.FindingId;
import dev.finspect.diagnose.Situation;
import dev.finspect.diagnose.Snapshot;
import dev.finspect.diagnose.catalogue.Contradiction;
import dev.finspect.diagnose.catalogue.FindingKind;
import dev.finspect.diagnose.catalogue.RuleEntry;
import dev.finspect.diagnose.catalogue.SessionStage;
import dev.finspect.diagnose.question.ReadProgress;
import dev.finspect.diagnose.question.SessionPhase;
import dev.finspect.diagnose.question.Turn;
import dev.finspect.diagnose.reading.OtherReading;
import dev.finspect.diagnose.reading.OtherReadings;
import dev.finspect.diagnose.words.NextCommands;
import dev.finspect.diagnose.words.Words;
import dev.finspect.record.LegRecord;
import dev.finspect.record.PeerSocket;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Leg;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** See {@link #entry()}. There are only these two cases, since a client that has had its answer owes nothing. */
@AutoService(FindingKind.class)
public final class ClientSilent extends FindingKind {
    public static final FindingId ID = new FindingId("client-silent");

    public ClientSilent() {
        super(ID, SessionStage.DATA, 20);
    }

    @Override
    protected List<Situation> situations(Snapshot snapshot) {
        LegRecord client = snapshot.client();
        if (!SessionPhase.isLive(snapshot)
                || !SessionPhase.isOpen(client)
                || SessionPhase.readingPaused(snapshot, client)
                || snapshot.upstream().bytesReceived() == 0
                || !Turn.isUnanswered(client)
                || client.data().loss().hole().since().isKnown()
                || Boolean.FALSE.equals(client.allAcknowledged())) {
            return List.of();
        }
        Fact<Long> unread = ReadProgress.unreadSince(snapshot, client);
        if (unread != null) {
            long since = Math.max(unread.value(), client.lastReceivedAt().or(Long.MIN_VALUE));
            return mayRest(snapshot, client, since) ? List.of() : found(client, since);
        }
        long sentAt = Turn.lastBytesAt(client);
        if (client.bytesReceived() > 0
                || !SessionPhase.isKnownFromStart(client)
                || Turn.sendsUnasked(snapshot.upstream())
                || !snapshot.lasts(sentAt, snapshot.thresholds().silence())) {
            return List.of();
        }
        return found(client, sentAt);
    }

    /**
     * Whether it need not read such a message before it next uses the connection: HTTP/2's PING, or a notification. A program that is
     * stopped would not read any.
     */
    private static boolean mayRest(Snapshot snapshot, LegRecord client, long since) {
        boolean beside = snapshot.vantage() == Snapshot.Vantage.BESIDE;
        boolean small = beside ? isLittleUnread(client) && !ReadProgress.isStopped(client) : Turn.isSmall(client);
        return small
                && snapshot.nanosSince(since) < snapshot.thresholds().silence().toNanos();
    }

    /** The same where it is not known how much was sent at once. */
    private static boolean isLittleUnread(LegRecord client) {
        PeerSocket socket = client.peerSocket();
        return client.bytesReceived() > 0 && socket != null && socket.unreadBytes() <= Turn.COURTESY_BYTES;
    }

    private static List<Situation> found(LegRecord client, long since) {
        return List.of(new Situation(
                Blame.CLIENT,
                Leg.CLIENT,
                since,
                client.lastSentAt().or(since),
                new EvidenceList(Leg.CLIENT).turn(client).peerSocket(client).pieces()));
    }

    @Override
    protected Set<Blame> ownBlames() {
        return EnumSet.of(Blame.CLIENT);
    }

    @Override
    public List<OtherReading> readings() {
        return OtherReadings.OF_OWED_BYTES;
    }

    @Override
    protected String sentence(Words words) {
        return words.thePeer(Leg.CLIENT) + words.tookTurn("what the upstream sent") + " and has not sent anything for "
                + words.lasted() + ". " + words.readByProgram(Leg.CLIENT);
    }

    @Override
    protected List<Contradiction> contradictions() {
        return Contradiction.OF_OWED_BYTES;
    }

    @Override
    protected void next(NextCommands commands) {
        commands.own().peer().program().probe().packets(false);
    }

    @Override
    public boolean asksForPeerSocket(Leg leg) {
        return leg == Leg.CLIENT;
    }

    @Override
    public RuleEntry entry() {
        return new RuleEntry(
                "The upstream waits for the client.",
                "The client's program, on this host, has not read what it was sent; or the upstream greeted first and the client"
                        + " never sent a byte. An upstream that goes on sending without answers does not wait.",
                "client",
                "silence, unread",
                "Look at the client's program.",
                new RuleEntry.Rights(
                        "possible; likely with `answers: expected`",
                        "proved, if unread",
                        "shows what is acknowledged if tcp_info does not"));
    }
}
