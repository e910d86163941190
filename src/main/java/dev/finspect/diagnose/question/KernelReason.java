package dev.finspect.diagnose.question;

import dev.finspect.record.CloseMark;
import dev.finspect.record.LegRecord;
import dev.finspect.tcp.ResetReason;
import dev.finspect.tcp.ResetReason.Cause;
import org.jspecify.annotations.Nullable;

/** What the kernel of a peer on this host says of its RST, by its tracing. Pure. */
public final class KernelReason {
    private KernelReason() {}

    /** Whether the peer's RST is known to come from the peer's own kernel: no device on the way has sent it. */
    public static boolean isOwn(@Nullable CloseMark rst) {
        return rst != null && rst.kernel().sentAt().isKnown();
    }

    /** Why it was sent; {@code UNKNOWN} where the kernel was not asked, or does not say. */
    public static Cause of(@Nullable CloseMark rst) {
        ResetReason reason = rst == null ? null : rst.kernel().reason().orNull();
        return reason == null ? Cause.UNKNOWN : reason.cause();
    }

    /** Whether the kernel says that bytes sent to the peer were unread, or came when nobody was there to read them. */
    public static boolean isUnread(LegRecord leg) {
        Cause cause = of(leg.close().peerRst().orNull());
        return cause == Cause.UNREAD || cause == Cause.CLOSED_BEFORE;
    }

    /** Whether the kernel names another reason than unread bytes. */
    public static boolean isOtherThanUnread(@Nullable CloseMark rst) {
        return switch (of(rst)) {
            case UNREAD, CLOSED_BEFORE, UNKNOWN -> false;
            case CUT_OFF, NO_SOCKET, NOT_ACCEPTED, TIMED_OUT, NO_MEMORY, BAD_SEGMENT -> true;
        };
    }
}
