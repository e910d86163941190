package dev.finspect.admin;

import java.net.InetAddress;

/**
 * Where the admin server listens.
 *
 * @param address a loopback address; any other is refused
 * @param port 0 takes any free one
 * @param portAskedByName whether a person named the port: then it is that or an error; otherwise a free one is taken where
 *     it is in use
 * @param limits what one client may ask of it
 */
public record AdminSettings(InetAddress address, int port, boolean portAskedByName, AdminLimits limits) {
    /** The port where nobody names one. */
    public static final int DEFAULT_PORT = 9600;

    /** 127.0.0.1:9600, or another port where that is in use. */
    public static AdminSettings byDefault() {
        return new AdminSettings(Loopback.IPV4, DEFAULT_PORT, false, AdminLimits.DEFAULT);
    }
}
