package dev.finspect.cli.run;

import dev.finspect.admin.Callers;
import dev.finspect.kernel.sockets.SocketUsers;
import java.net.InetSocketAddress;
import java.util.OptionalLong;

/** Knows the admin server's callers by the users of their sockets. */
public final class SocketCallers implements Callers, AutoCloseable {
    private static final long ROOT = 0;

    private final SocketUsers users = new SocketUsers();

    @Override
    public boolean mayRead(InetSocketAddress caller, InetSocketAddress server) {
        OptionalLong user = users.userOf(caller, server);
        return user.isPresent() && (user.getAsLong() == ROOT || user.equals(SocketUsers.ownUser()));
    }

    @Override
    public String readers() {
        OptionalLong own = SocketUsers.ownUser();
        return own.isEmpty() || own.getAsLong() == ROOT
                ? "root"
                : "root and user " + own.getAsLong() + ", who runs finspect,";
    }

    @Override
    public void close() {
        users.close();
    }
}
