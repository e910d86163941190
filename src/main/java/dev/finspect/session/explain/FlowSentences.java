package dev.finspect.session.explain;

import dev.finspect.lifecycle.turn.Answers;
import dev.finspect.lifecycle.turn.DurationSummary;
import dev.finspect.record.LegData;
import dev.finspect.session.SessionRecord;
import dev.finspect.tcp.HumanUnits;
import dev.finspect.tcp.Leg;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** How fast a session is or was, in sentences: how long its turns took, and what limited its transfers. Pure. */
final class FlowSentences {
    /** What limited a transfer for less, or for less than one part in a hundred, is not worth a word. */
    private static final long LEAST_NANOS = 1_000_000_000;

    private static final int PER_CENT = 100;

    private FlowSentences() {}

    /** The sentences; none where no turn was seen and nothing was held back. */
    static List<String> of(SessionRecord record) {
        List<String> sentences = new ArrayList<>(4);
        turns(record, sentences);
        for (Leg to : Leg.values()) {
            String limits = limits(to, record.leg(to).data().transfer());
            if (limits != null) {
                sentences.add(limits);
            }
        }
        return List.copyOf(sentences);
    }

    private static void turns(SessionRecord record, List<String> sentences) {
        Answers answers = record.answers(Leg.UPSTREAM).or(Answers.NONE);
        Answers thinking = record.answers(Leg.CLIENT).or(Answers.NONE);
        if (record.interleaved()) {
            long crossed = answers.crossed() + thinking.crossed();
            sentences.add("Both peers speak at once: " + crossed + " of "
                    + HumanUnits.count(crossed + answers.answered() + thinking.answered(), "run")
                    + " of bytes crossed what the other had sent. They take no turns, so there is no answer time.");
            return;
        }
        DurationSummary firsts = answers.firsts();
        if (firsts != null) {
            DurationSummary wholes = answers.wholes();
            sentences.add("The upstream answered " + times(firsts.count()) + ": first byte " + spread(firsts)
                    + (wholes == null ? "" : "; last byte " + spread(wholes)) + "." + sum(firsts));
        }
        DurationSummary pauses = thinking.firsts();
        if (pauses != null) {
            sentences.add(
                    "The client spoke again " + times(pauses.count()) + ": " + spread(pauses) + "." + sum(pauses));
        }
    }

    private static String times(long count) {
        return count == 1 ? "once" : count + " times";
    }

    private static String spread(DurationSummary durations) {
        if (durations.count() == 1) {
            return "after " + HumanUnits.spokenDuration(durations.mostNanos());
        }
        boolean many = durations.count() >= PER_CENT;
        return "after " + HumanUnits.spokenDuration(durations.medianNanos()) + " at the median, "
                + (many ? HumanUnits.spokenDuration(durations.p99Nanos()) + " at the 99th percentile, " : "")
                + HumanUnits.spokenDuration(durations.mostNanos()) + " at most";
    }

    private static String sum(DurationSummary durations) {
        return durations.count() == 1 ? "" : " " + HumanUnits.spokenDuration(durations.totalNanos()) + " in all.";
    }

    /** Who limited what was sent to this peer, the one who did so longest first; null where nobody did for long. */
    private static @Nullable String limits(Leg to, LegData.Transfer transfer) {
        long limited = transfer.limitedNanos();
        long time = Math.max(limited, transfer.time().or(0L));
        if (limited < LEAST_NANOS) {
            return null;
        }
        String source = to.other().label();
        List<Part> parts = new ArrayList<>(List.of(
                new Part(
                        "the " + to.label() + " (its receive window)",
                        transfer.peer().or(0L)),
                new Part(
                        "the network (congestion window, loss)",
                        transfer.network().or(0L)),
                new Part("finspect", transfer.finspect().or(0L)),
                new Part(
                        "the " + source + " (it sent no faster)",
                        transfer.source().or(0L)),
                new Part("nobody", Math.max(0, time - limited))));
        parts.removeIf(part -> part.nanos * PER_CENT < time);
        parts.sort(Comparator.comparingLong(Part::nanos).reversed());
        String named = parts.stream()
                .map(part -> part.who + " " + part.nanos * PER_CENT / time + " %")
                .collect(Collectors.joining(", by "));
        return "From " + source + " to " + to.label() + ": limited by " + named + " of "
                + HumanUnits.spokenDuration(time) + ".";
    }

    private record Part(String who, long nanos) {}
}
