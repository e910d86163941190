package dev.finspect.session;

import dev.finspect.record.LegRecord;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Observation;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A session in short, for lists. Each of its values is in the session's record too, which has many more; a row of a living
 * session is made in about a microsecond.
 *
 * @param durationNanos as in the record
 * @param closed whether the session has ended
 * @param result as in the record; {@link SessionRecord.Result#LIVING} while the session lives
 * @param findings of a living session those that hold and blame a party, as the rules found them last, at most about a second
 *     ago; of a session that has ended all of its record; null where no rule examines the session
 */
public record SessionRow(
        SessionIdentity identity,
        long durationNanos,
        boolean closed,
        SessionRecord.Result result,
        End client,
        End upstream,
        @Nullable List<SessionFinding> findings) {

    /**
     * One leg in short.
     *
     * @param peer null where none was reached
     * @param receivedBytes null where it is not known; likewise the next
     * @param lastReceivedAtEpochNanos null while nothing was; likewise the next
     */
    public record End(
            @Nullable InetSocketAddress peer,
            @Nullable Long receivedBytes,
            @Nullable Long sentBytes,
            @Nullable Long lastReceivedAtEpochNanos,
            @Nullable Long lastSentAtEpochNanos) {
        private static End of(LegRecord leg) {
            return new End(
                    leg.peer(),
                    known(leg.data().traffic().bytesReceived()),
                    known(leg.data().traffic().bytesSent()),
                    known(leg.data().traffic().lastReceivedAt()),
                    known(leg.data().traffic().lastSentAt()));
        }

        /** The other end of this one: what it has sent was received from it. */
        private End opposite(@Nullable InetSocketAddress address) {
            return new End(address, sentBytes, receivedBytes, lastSentAtEpochNanos, lastReceivedAtEpochNanos);
        }

        private static @Nullable Long known(Observation<Long> observed) {
            Fact<Long> fact = observed.fact();
            return fact == null ? null : fact.value();
        }
    }

    /** The same as the record has. Of a connection that stands alone the responder is in the upstream's place. */
    public static SessionRow of(SessionRecord record) {
        Diagnosed diagnosed = record.diagnosed();
        End client = End.of(record.client());
        return new SessionRow(
                record.identity(),
                record.durationNanos(),
                record.closed(),
                record.result(),
                client,
                record.single() ? client.opposite(record.client().local()) : End.of(record.upstream()),
                diagnosed == null ? null : diagnosed.findings());
    }

    /** The same with these findings. */
    public SessionRow with(List<SessionFinding> others) {
        return new SessionRow(identity, durationNanos, closed, result, client, upstream, others);
    }

    /** Since when it hangs, nanoseconds since the Unix epoch; {@link Long#MAX_VALUE} while it does not. */
    public long hungSinceEpochNanos() {
        long since = Long.MAX_VALUE;
        for (SessionFinding each : findings == null ? List.<SessionFinding>of() : findings) {
            if (each.hangs()) {
                since = Math.min(since, each.finding().sinceEpochNanos());
            }
        }
        return since;
    }
}
