package dev.finspect.wire.netlink;

import java.nio.ByteBuffer;

/**
 * One datagram of a netlink reply (netlink(7)): messages, each with a header of {@value #HEADER} bytes.
 *
 * @param messages how many it has, those that end a list or report an error not counted
 * @param last whether the reply ends with this datagram: the only message, the end of a list, or an error
 * @param errno the kernel's error number, positive; 0 for none
 * @param interrupted whether the table changed during the listing, so that entries may be missing or duplicated
 */
public record NetlinkDatagram(int messages, boolean last, int errno, boolean interrupted) {
    /** Bytes of a message before its content. */
    public static final int HEADER = 16;

    private static final int NLMSG_ERROR = 2;
    private static final int NLMSG_DONE = 3;
    private static final int NLM_F_MULTI = 2;
    private static final int NLM_F_DUMP_INTR = 16;

    /** Receives a message: its type, and where its header begins and its content ends. */
    @FunctionalInterface
    public interface Taker {
        void message(int type, int begin, int end);
    }

    /**
     * Passes each message on, in the order of the datagram. Never throws by itself: a truncated message ends the datagram, and one
     * without any message counts as the last.
     *
     * @param bytes the whole datagram, in the machine's byte order; never changed
     */
    public static NetlinkDatagram read(ByteBuffer bytes, Taker taker) {
        int messages = 0;
        boolean last = true;
        boolean interrupted = false;
        int at = 0;
        while (bytes.limit() - at >= HEADER) {
            int length = bytes.getInt(at);
            if (length < HEADER || length > bytes.limit() - at) {
                break;
            }
            int type = Short.toUnsignedInt(bytes.getShort(at + 4));
            int flags = Short.toUnsignedInt(bytes.getShort(at + 6));
            interrupted |= (flags & NLM_F_DUMP_INTR) != 0;
            if (type == NLMSG_DONE || type == NLMSG_ERROR) {
                int errno = length >= HEADER + 4 ? -bytes.getInt(at + HEADER) : 0;
                return new NetlinkDatagram(messages, true, Math.max(0, errno), interrupted);
            }
            taker.message(type, at, at + length);
            messages++;
            last = (flags & NLM_F_MULTI) == 0;
            at += (length + 3) & ~3;
        }
        return new NetlinkDatagram(messages, last, 0, interrupted);
    }
}
