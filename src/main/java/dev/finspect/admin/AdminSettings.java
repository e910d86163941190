package dev.finspect.admin;

import java.net.InetAddress;

/**
 * Address, port, limits and rights of the admin server.
 *
 * @param address beyond the loopback only with a configured token
 * @param port 0 for any free port
 * @param portConfigured whether the port was configured: if it is then in use, the start fails; otherwise the server falls
 *     back to a free port
 * @param limits limits for its clients
 * @param access who may ask for what
 * @param sharesPort whether another process of this user listens on the port as well, whose place this one takes
 */
public record AdminSettings(
        InetAddress address,
        int port,
        boolean portConfigured,
        AdminLimits limits,
        AdminAccess access,
        boolean sharesPort) {
    /** On a port of its own. */
    public AdminSettings(
            InetAddress address, int port, boolean portConfigured, AdminLimits limits, AdminAccess access) {
        this(address, port, portConfigured, limits, access, false);
    }

    /** The default port. */
    public static final int DEFAULT_PORT = 9600;
}
