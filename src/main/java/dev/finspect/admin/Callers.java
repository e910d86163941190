package dev.finspect.admin;

import java.net.InetSocketAddress;

/** The users of this machine who connect to the admin server. Called on a thread of its own. */
public interface Callers {
    /**
     * Whether the socket at the other end belongs to root or to the user of this process, who may read everything: both could
     * read this process's memory as well. False where that is not known, as of callers on other machines.
     *
     * @param caller the other end's address
     * @param server this end's address
     */
    boolean mayRead(InetSocketAddress caller, InetSocketAddress server);

    /** Who may read, for a message: root, and the user of this process if that is another. */
    String readers();
}
