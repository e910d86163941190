package dev.finspect.log.compact;

import dev.finspect.record.Attempt;
import dev.finspect.record.Lookup;
import dev.finspect.record.NameAnswer;
import dev.finspect.session.SessionRecord;
import dev.finspect.tcp.ConnectResult;
import dev.finspect.tcp.IpText;
import dev.finspect.tcp.Observation;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What a line says of the look-ups of a session's upstream: little, unless they took long or failed. */
final class NameFields {
    private static final long LONG_NANOS = 1_000_000_000;

    private NameFields() {}

    /** How long the session waited for look-ups; null without any. */
    static @Nullable Long waited(SessionRecord record) {
        Long nanos = null;
        for (Lookup lookup : record.upstream().lookups()) {
            if (lookup.purpose() == Lookup.Purpose.CONNECT) {
                long sum = (nanos == null ? 0 : nanos) + lookup.waitedNanos(moment(record));
                nanos = sum < 0 ? Long.MAX_VALUE : sum;
            }
        }
        return nanos;
    }

    /** The server that was asked in the last look-up that took long or failed; null without one. */
    static @Nullable String server(SessionRecord record) {
        String last = null;
        for (Lookup lookup : record.upstream().lookups()) {
            boolean failed = lookup.end() != null && lookup.end().error() != null;
            InetSocketAddress server = lookup.server().orNull();
            if (server != null && (failed || lookup.waitedNanos(moment(record)) >= LONG_NANOS)) {
                last = IpText.endpoint(server);
            }
        }
        return last;
    }

    /** The age of the first answer. */
    static @Nullable Long age(SessionRecord record) {
        return answer(record, NameAnswer::ageNanos);
    }

    /** Its time to live. */
    static @Nullable Long ttl(SessionRecord record) {
        return answer(record, NameAnswer::ttlNanos);
    }

    private static @Nullable Long answer(SessionRecord record, Function<NameAnswer, Observation<Long>> of) {
        List<Lookup> lookups = record.upstream().lookups();
        if (lookups.isEmpty() || !isTroubled(record.upstream().attempts())) {
            return null;
        }
        Lookup.End end = lookups.get(0).end();
        return end == null || end.answer() == null
                ? null
                : of.apply(end.answer()).orNull();
    }

    private static boolean isTroubled(List<Attempt> attempts) {
        return attempts.stream().anyMatch(each -> each.result() != ConnectResult.CONNECTED);
    }

    private static long moment(SessionRecord record) {
        return record.identity().startEpochNanos() + record.durationNanos();
    }
}
