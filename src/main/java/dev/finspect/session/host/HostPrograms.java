package dev.finspect.session.host;

import dev.finspect.record.PeerSocket;
import org.jspecify.annotations.Nullable;

/** Finds the program that has a socket open. */
@FunctionalInterface
public interface HostPrograms {
    /** The program with the socket of this inode, which is not 0. */
    Holding of(long inode);

    /**
     * The result of a search.
     *
     * @param processId -1 where none was found
     * @param name null likewise
     * @param state what it does, as in {@link PeerSocket.Holder#processState}; null where that cannot be seen
     * @param unseen why none was found; null where one was
     */
    record Holding(
            long processId,
            @Nullable String name,
            @Nullable Character state,
            @Nullable String unseen) {
        /** Not found, for this reason. */
        public static Holding unseen(String reason) {
            return new Holding(-1, null, null, reason);
        }
    }
}
