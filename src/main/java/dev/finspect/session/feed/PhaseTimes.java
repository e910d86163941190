package dev.finspect.session.feed;

import dev.finspect.diagnose.Blame;
import dev.finspect.diagnose.question.Turn;
import dev.finspect.record.Attempt;
import dev.finspect.record.CloseMark;
import dev.finspect.record.LegRecord;
import dev.finspect.session.SessionRecord;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.Observation;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Computes the phase bar of a session of the relay from its record. Pure. Times are wall clock, nanoseconds since the Unix
 * epoch.
 *
 * <p>A turn lasts from the first byte of a word that is sent on to the last; the answer's first byte ends the wait. What belongs
 * to no other phase is idle time, so that all phases but {@link Phase#ACCEPT} add up to the session's duration; only peers that
 * speak at the same time can have more.
 */
final class PhaseTimes {
    private static final long NEVER = Long.MIN_VALUE;
    /** An upstream that has sent within this time is still answering. */
    private static final long ANSWER_GOES_ON_NANOS = Turn.ANOTHER_WORD_NANOS;

    private final SessionRecord record;
    private final LegRecord client;
    private final LegRecord upstream;
    private final long start;
    private final long end;
    private final Map<Phase, Long> nanos = new EnumMap<>(Phase.class);

    private PhaseTimes(SessionRecord record) {
        this.record = record;
        this.client = record.client();
        this.upstream = record.upstream();
        this.start = record.identity().startEpochNanos();
        this.end = start + record.durationNanos();
    }

    /** The phase bar at the moment of the record. */
    static PhaseBar of(SessionRecord record) {
        return new PhaseTimes(record).bar();
    }

    private PhaseBar bar() {
        add(Phase.ACCEPT, client.handshake().acceptDelay().or(0L));
        PhaseBar.Growing now = upstream.established() ? connected() : connecting();
        long others = 0;
        for (Map.Entry<Phase, Long> each : nanos.entrySet()) {
            others += each.getKey() == Phase.ACCEPT ? 0 : each.getValue();
        }
        add(Phase.IDLE, end - start - others);
        return new PhaseBar(Collections.unmodifiableMap(nanos), record.closed() ? null : now);
    }

    private PhaseBar.Growing connecting() {
        List<Attempt> attempts = upstream.attempts();
        if (attempts.isEmpty()) {
            add(Phase.NAME, end - start);
            return new PhaseBar.Growing(Phase.NAME, start, null);
        }
        long begun = between(attempts.get(0).begunAt().value());
        add(Phase.NAME, begun - start);
        add(Phase.CONNECT, end - begun);
        boolean tried = attempts.get(attempts.size() - 1).end() == null;
        return new PhaseBar.Growing(Phase.CONNECT, begun, tried ? Blame.UPSTREAM_SIDE : null);
    }

    private PhaseBar.Growing connected() {
        long established = between(upstream.handshake().establishedAt().or(start));
        List<Attempt> attempts = upstream.attempts();
        long begun = attempts.isEmpty()
                ? start
                : Math.min(established, between(attempts.get(0).begunAt().value()));
        add(Phase.NAME, begun - start);
        add(Phase.CONNECT, established - begun);
        long closing = closingSince();
        long talked = closing == NEVER ? end : Math.max(established, closing);
        turns(established, talked);
        held();
        if (closing != NEVER) {
            add(Phase.CLOSING, end - talked);
        }
        return growing(established, closing);
    }

    /** What the turns took up to this moment, those that are not over among them. */
    private void turns(long established, long until) {
        long asked = firstOf(client.data().traffic().firstReceivedAt());
        long greeted = firstOf(upstream.data().traffic().firstReceivedAt());
        long spoken = Math.min(Math.min(asked, greeted), until);
        add(greeted < asked ? Phase.WAITING : Phase.REQUEST, spoken - established);
        add(Phase.REQUEST, upstream.data().turns().answeredTurnsTime().or(0L));
        add(Phase.WAITING, upstream.data().turns().answersTime().or(0L));
        add(Phase.ANSWERING, client.data().turns().answeredTurnsTime().or(0L));
        long word = begunTurn(upstream);
        if (word != NEVER) {
            long sent = Math.min(until, upstream.lastSentAt().or(word));
            add(Phase.REQUEST, sent - word);
            if (isAnswerDue() && !isPaused(client)) {
                add(Phase.WAITING, until - sent);
            }
        }
        long answer = begunTurn(client);
        if (answer != NEVER) {
            long sent = Math.min(until, client.lastSentAt().or(answer));
            add(Phase.ANSWERING, (isAnswering() ? until : sent) - answer);
        }
    }

    /** Time in which a peer did not take what the other sent is no time of the sender's. */
    private void held() {
        held(upstream, Phase.ANSWERING, Phase.HELD_BY_CLIENT);
        held(client, Phase.REQUEST, Phase.HELD_BY_UPSTREAM);
    }

    private void held(LegRecord leg, Phase sends, Phase waits) {
        long all = leg.data().relay().pausedTime().or(0L);
        long present = isPaused(leg) ? end - leg.data().relay().pausedSince().or(end) : 0;
        long sent = nanos.getOrDefault(sends, 0L) - (all - present);
        nanos.remove(sends);
        add(sends, sent);
        add(waits, all);
    }

    /** Whether finspect does not read from this leg's peer now, because the other takes no more. */
    private static boolean isPaused(LegRecord leg) {
        return leg.data().relay().pausedSince().isKnown();
    }

    private PhaseBar.Growing growing(long established, long closing) {
        long byClient = upstream.data().relay().pausedSince().or(Long.MAX_VALUE);
        long byUpstream = client.data().relay().pausedSince().or(Long.MAX_VALUE);
        if (Math.min(byClient, byUpstream) != Long.MAX_VALUE) {
            return byClient <= byUpstream
                    ? new PhaseBar.Growing(Phase.HELD_BY_CLIENT, byClient, Blame.CLIENT)
                    : new PhaseBar.Growing(Phase.HELD_BY_UPSTREAM, byUpstream, Blame.UPSTREAM);
        }
        if (closing != NEVER) {
            return new PhaseBar.Growing(Phase.CLOSING, closing, closes());
        }
        if (isAnswerDue()) {
            return new PhaseBar.Growing(Phase.WAITING, upstream.lastSentAt().or(established), Blame.UPSTREAM);
        }
        if (client.bytesReceived() == 0 && upstream.bytesReceived() == 0) {
            boolean greets = upstream.peerProgram().greetsElsewhere().or(false);
            return new PhaseBar.Growing(
                    greets ? Phase.WAITING : Phase.REQUEST, established, greets ? Blame.UPSTREAM : null);
        }
        long last = Math.max(lastMove(client), lastMove(upstream));
        return isAnswering()
                ? new PhaseBar.Growing(Phase.ANSWERING, begunTurn(client), Blame.UPSTREAM)
                : new PhaseBar.Growing(Phase.IDLE, last, null);
    }

    /** Whether the upstream owes an answer, as far as the word and its habits say. */
    private boolean isAnswerDue() {
        return begunTurn(upstream) != NEVER
                && !upstream.close().peerFin().isKnown()
                && !Turn.waitsForNothing(client, upstream)
                && !Turn.neverAnswers(upstream)
                && (Turn.isToBeAnswered(upstream) || !Turn.isSmall(upstream));
    }

    private boolean isAnswering() {
        return !record.closed()
                && !isPaused(upstream)
                && begunTurn(client) != NEVER
                && begunTurn(upstream) == NEVER
                && !upstream.close().peerFin().isKnown()
                && end - lastMove(client) < ANSWER_GOES_ON_NANOS;
    }

    /** When the first byte of the turn was sent that this leg's peer has not answered. */
    private static long begunTurn(LegRecord leg) {
        return leg.data().turns().unansweredSince().or(NEVER);
    }

    /** Since when nothing but the rest of the close is due: the first FIN or RST, or the last byte after it. */
    private long closingSince() {
        long first = Long.MAX_VALUE;
        for (Leg leg : Leg.values()) {
            LegRecord one = record.leg(leg);
            first = Math.min(first, at(one.close().peerFin()));
            first = Math.min(first, at(one.close().localFin()));
            first = Math.min(first, at(one.close().peerRst()));
            first = Math.min(first, at(one.close().localRst()));
        }
        if (first == Long.MAX_VALUE || (isAnswerDue() && !isBroken())) {
            return NEVER;
        }
        return between(Math.max(first, Math.max(lastMove(client), lastMove(upstream))));
    }

    private boolean isBroken() {
        return record.closed() || LiveState.of(record) == LiveState.CLOSING;
    }

    /** The peer whose FIN is due; null where neither's is. */
    private @Nullable Blame closes() {
        boolean clientClosed = client.close().peerFin().isKnown();
        boolean upstreamClosed = upstream.close().peerFin().isKnown();
        if (clientClosed == upstreamClosed || isBroken()) {
            return null;
        }
        return clientClosed ? Blame.UPSTREAM : Blame.CLIENT;
    }

    private static long at(Observation<CloseMark> mark) {
        CloseMark known = mark.orNull();
        return known == null ? Long.MAX_VALUE : known.atEpochNanos();
    }

    private static long lastMove(LegRecord leg) {
        return Math.max(leg.lastReceivedAt().or(NEVER), leg.lastSentAt().or(NEVER));
    }

    private static long firstOf(Observation<Long> first) {
        return first.or(Long.MAX_VALUE);
    }

    /** The moment, or the nearer end of the session. */
    private long between(long atEpochNanos) {
        return Math.max(start, Math.min(end, atEpochNanos));
    }

    private void add(Phase phase, long time) {
        if (time > 0) {
            nanos.merge(phase, time, Long::sum);
        }
    }
}
