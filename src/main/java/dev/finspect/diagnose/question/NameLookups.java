package dev.finspect.diagnose.question;

import dev.finspect.diagnose.Snapshot;
import dev.finspect.record.Attempt;
import dev.finspect.record.Lookup;
import dev.finspect.record.Lookup.Purpose;
import dev.finspect.record.Lookup.Result;
import dev.finspect.record.NameAnswer;
import dev.finspect.tcp.ConnectResult;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The look-ups of the upstream's name: which one keeps or kept the session, and which answer an attempt is owed to. Pure. */
public final class NameLookups {
    private final Snapshot snapshot;
    private final List<Lookup> lookups;

    public NameLookups(Snapshot snapshot) {
        this.snapshot = snapshot;
        this.lookups = snapshot.upstream().lookups();
    }

    /** The last look-up that the session had to wait for; null without one. */
    public @Nullable Lookup last() {
        for (int i = lookups.size() - 1; i >= 0; i--) {
            if (lookups.get(i).purpose() == Purpose.CONNECT) {
                return lookups.get(i);
            }
        }
        return null;
    }

    /** Whether a name server left the last look-up without an answer. */
    public boolean isUnanswered() {
        Lookup last = last();
        return last != null && last.end() != null && last.end().result() == Result.NO_ANSWER;
    }

    /**
     * How long the name servers kept the session waiting in a look-up: no longer than they took themselves, and not at all where
     * that is not known of an answer.
     */
    public long waitedNanos(Lookup lookup) {
        long waited = lookup.waitedNanos(snapshot.nowEpochNanos());
        NameAnswer answer = lookup.end() == null ? null : lookup.end().answer();
        return answer == null ? waited : Math.min(waited, answer.tookNanos().or(0L));
    }

    /** The answer that this attempt's address is from, the newest that came before it; null for an address that was configured. */
    public @Nullable Lookup origin(Attempt attempt) {
        InetAddress address = address(attempt);
        Lookup origin = null;
        for (Lookup lookup : lookups) {
            boolean before = lookup.end() != null
                    && lookup.askedAt().value() + lookup.end().durationNanos()
                            <= attempt.begunAt().value();
            if (before && address != null && lookup.addresses().contains(address)) {
                origin = lookup;
            }
        }
        return origin;
    }

    /** The newest answer for the same name that came after this one; null without one. */
    public @Nullable Lookup newer(Lookup origin) {
        Lookup newer = null;
        for (Lookup lookup : lookups.subList(lookups.indexOf(origin) + 1, lookups.size())) {
            if (lookup.name().equals(origin.name()) && !lookup.addresses().isEmpty()) {
                newer = lookup;
            }
        }
        return newer;
    }

    /** Whether an attempt tried an address after its answer's time to live, as far as that is known. */
    public static boolean isOutlived(Lookup origin, Attempt attempt) {
        Long answeredAt = origin.answeredAt().orNull();
        NameAnswer answer = origin.end() == null ? null : origin.end().answer();
        Long ttl = answer == null ? null : answer.ttlNanos().orNull();
        return answeredAt != null && ttl != null && attempt.begunAt().value() - answeredAt > ttl;
    }

    /** The address that was tried; null without one. */
    public static @Nullable InetAddress address(Attempt attempt) {
        InetSocketAddress tried = attempt.address();
        return tried == null ? null : tried.getAddress();
    }

    /** When the upstream was connected, of a session that looked a name up: wall clock; null before. */
    public @Nullable Long connectedAt() {
        for (Attempt attempt : snapshot.upstream().attempts()) {
            if (attempt.end() != null && attempt.result() == ConnectResult.CONNECTED) {
                return attempt.end().at().value();
            }
        }
        return null;
    }
}
