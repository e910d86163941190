package dev.finspect.diagnose.question;

import dev.finspect.record.LegRecord;
import dev.finspect.record.PeerSocket;

/** Where a leg's peer runs. Pure. */
public final class PeerHost {
    private PeerHost() {}

    /** Whether the peer's address is one of this host's: its socket or its listener was seen here, or both ends have one address. */
    public static boolean isHere(LegRecord leg) {
        PeerSocket socket = leg.peerSocket();
        boolean sameAddress = leg.peer() != null
                && leg.local() != null
                && leg.peer().getAddress() != null
                && leg.peer().getAddress().equals(leg.local().getAddress());
        return sameAddress || (socket != null && (socket.seen() || socket.listening() != null));
    }
}
