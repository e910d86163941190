package dev.finspect.relay;

/**
 * A service as the configuration names it.
 *
 * @param host a name, or an address as a number (IPv6 without brackets)
 * @param port 1 to 65535; 0 in {@link #ORIGINAL} alone
 */
public record UpstreamTarget(String host, int port) {
    /** Where the client of an intercepted connection was bound for. */
    public static final UpstreamTarget ORIGINAL = new UpstreamTarget("original", 0);

    /** Whether it is {@link #ORIGINAL}, which is another address for each session. */
    public boolean isOriginal() {
        return port == 0;
    }

    @Override
    public String toString() {
        return isOriginal() ? host : host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
    }
}
