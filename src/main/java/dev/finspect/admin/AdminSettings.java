package dev.finspect.admin;

import java.net.InetAddress;

/**
 * Address, port and limits of the admin server.
 *
 * @param address a loopback address; any other is rejected
 * @param port 0 for any free port
 * @param portConfigured whether the port was configured: if it is then in use, the start fails; otherwise the server falls
 *     back to a free port
 * @param limits limits for its clients
 */
public record AdminSettings(InetAddress address, int port, boolean portConfigured, AdminLimits limits) {
    /** The default port. */
    public static final int DEFAULT_PORT = 9600;
}
