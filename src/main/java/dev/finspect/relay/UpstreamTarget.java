package dev.finspect.relay;

/**
 * A service as the configuration names it.
 *
 * @param host a name, or an address as a number (IPv6 without brackets)
 * @param port 1 to 65535
 */
public record UpstreamTarget(String host, int port) {
    @Override
    public String toString() {
        return host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
    }
}
