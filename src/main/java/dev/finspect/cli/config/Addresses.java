package dev.finspect.cli.config;

import static dev.finspect.cli.config.Scalars.quoted;

import dev.finspect.relay.Network;
import dev.finspect.relay.UpstreamTarget;
import dev.finspect.tcp.IpText;
import io.netty.util.NetUtil;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Syntax of addresses: {@code 127.0.0.1:80}, {@code [::1]:80}, {@code db.example:5432}, {@code 10.0.0.0/8}. Never resolves
 * a name.
 */
public final class Addresses {
    private static final Pattern HOST = Pattern.compile("([A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?\\.?)+");
    private static final Pattern NUMERIC_TAIL = Pattern.compile("(.*\\.)?\\d+\\.?");
    private static final Pattern OCTET = Pattern.compile("0|[1-9]\\d{0,2}");

    private Addresses() {}

    /**
     * An address to listen on: numeric, or {@code localhost}; empty or {@code *} before the colon means every address, IPv4
     * and IPv6; port 0 means any free port.
     */
    public static final Syntax<InetSocketAddress> LISTEN = text -> {
        HostPort parts = split(text, "127.0.0.1:15432");
        int port = port(parts, 0);
        if (parts.host().isEmpty() || parts.host().equals("*")) {
            return new InetSocketAddress(every(), port);
        }
        if (parts.host().equalsIgnoreCase("localhost")) {
            return new InetSocketAddress(numeric("127.0.0.1").orElseThrow(), port);
        }
        Optional<InetAddress> address = literal(parts);
        if (address.isEmpty()) {
            throw new InvalidValueException(
                    quoted(parts.host()) + " is a name, but finspect listens on addresses",
                    "Write a numeric address, for example 127.0.0.1:" + port + ", or :" + port + " for every address.");
        }
        return new InetSocketAddress(address.get(), port);
    };

    /** An upstream: a name or a numeric address, with a port from 1 to 65535. */
    public static final Syntax<UpstreamTarget> UPSTREAM = text -> {
        HostPort parts = split(text, "127.0.0.1:5432");
        int port = port(parts, 1);
        if (parts.host().isEmpty() || parts.host().equals("*")) {
            throw new InvalidValueException(
                    quoted(text) + " has no host", "Write host:port, for example 127.0.0.1:" + port + ".");
        }
        Optional<InetAddress> address = literal(parts);
        if (address.isPresent()) {
            if (address.get().isAnyLocalAddress()) {
                throw new InvalidValueException(
                        quoted(text) + " is not an address to connect to",
                        "Write the service's address, for example 127.0.0.1:" + port + ".");
            }
            // A zone stays as it was written: its number is another after the next start.
            boolean zone = parts.host().indexOf('%') >= 0;
            return new UpstreamTarget(zone ? parts.host() : IpText.address(address.get()), port);
        }
        if (parts.host().length() > 253 || !HOST.matcher(parts.host()).matches()) {
            throw new InvalidValueException(
                    quoted(parts.host()) + " is not a host name",
                    "Use letters, digits, '-' and '.'; write an internationalised name in its xn-- form.");
        }
        return new UpstreamTarget(parts.host().toLowerCase(Locale.ROOT), port);
    };

    /** A network, or a single address as a network. */
    public static final Syntax<Network> NETWORK = text -> {
        int slash = text.indexOf('/');
        String base = slash < 0 ? text : text.substring(0, slash);
        InetAddress address = numeric(base)
                .orElseThrow(() -> new InvalidValueException(
                        quoted(text) + " is not a network",
                        "Write it as ADDRESS/BITS, for example 10.0.0.0/8 or fd00::/8."));
        int all = address.getAddress().length * 8;
        int bits = slash < 0
                ? all
                : Scalars.number(0, all).parse(text.substring(slash + 1)).intValue();
        InetAddress first = masked(address, bits);
        if (!first.equals(address)) {
            throw new InvalidValueException(
                    quoted(text) + " has bits set after the first " + bits,
                    "Write " + shown(first) + "/" + bits + ", or " + base + " for that one address.");
        }
        return new Network(address, bits);
    };

    /** A numeric address, IPv6 without brackets; empty for everything else. Does not resolve names. */
    public static Optional<InetAddress> numeric(String host) throws InvalidValueException {
        if (host.indexOf(':') >= 0) {
            try {
                return Optional.of(InetAddress.getByName("[" + host + "]"));
            } catch (UnknownHostException e) {
                throw new InvalidValueException(
                        quoted(host) + " is not an IPv6 address",
                        "Write, for example, [2001:db8::1]:80; a zone after '%' must be an interface of this machine.");
            }
        }
        if (!NUMERIC_TAIL.matcher(host).matches()) {
            return Optional.empty();
        }
        String[] octets = host.split("\\.", -1);
        byte[] bytes = new byte[4];
        for (int i = 0; i < octets.length || octets.length != 4; i++) {
            if (octets.length != 4 || !OCTET.matcher(octets[i]).matches() || Integer.parseInt(octets[i]) > 255) {
                throw new InvalidValueException(
                        quoted(host) + " is not an IPv4 address",
                        "Write four numbers from 0 to 255, for example 127.0.0.1.");
            }
            bytes[i] = (byte) Integer.parseInt(octets[i]);
        }
        try {
            return Optional.of(InetAddress.getByAddress(bytes));
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    private record HostPort(String text, String host, String port, boolean bracketed) {}

    private static Optional<InetAddress> literal(HostPort parts) throws InvalidValueException {
        if (parts.bracketed() && parts.host().indexOf(':') < 0) {
            throw new InvalidValueException(
                    quoted(parts.host()) + " is not an IPv6 address", "Use brackets for IPv6 only: [2001:db8::1]:80.");
        }
        return numeric(parts.host());
    }

    private static HostPort split(String text, String example) throws InvalidValueException {
        if (text.startsWith("[")) {
            int end = text.indexOf(']');
            if (end < 0 || !text.startsWith(":", end + 1)) {
                throw new InvalidValueException(
                        quoted(text) + " is not an address with a port", "Write [2001:db8::1]:80.");
            }
            return new HostPort(text, text.substring(1, end), text.substring(end + 2), true);
        }
        int colon = text.lastIndexOf(':');
        if (colon < 0) {
            boolean number = text.matches("\\d{1,5}");
            throw new InvalidValueException(
                    quoted(text) + (number ? " has no host" : " has no port"),
                    "Write HOST:PORT, for example " + (number ? "127.0.0.1:" + text : example) + ".");
        }
        if (text.indexOf(':') < colon) {
            throw new InvalidValueException(
                    quoted(text) + " has more than one colon",
                    "Put an IPv6 address in brackets, followed by the port: [2001:db8::1]:80.");
        }
        return new HostPort(text, text.substring(0, colon), text.substring(colon + 1), false);
    }

    private static int port(HostPort parts, int least) throws InvalidValueException {
        String digits = parts.port();
        if (!digits.matches("\\d{1,9}") || Integer.parseInt(digits) > 65535 || Integer.parseInt(digits) < least) {
            throw new InvalidValueException(
                    quoted(digits) + " in " + quoted(parts.text()) + " is not a port",
                    "Write a number from " + least + " to 65535.");
        }
        return Integer.parseInt(digits);
    }

    /** The wildcard address: for IPv4 and IPv6 if the machine has IPv6, else for IPv4. */
    private static InetAddress every() {
        try {
            boolean six = Files.exists(Path.of("/proc/net/if_inet6")) || !Files.exists(Path.of("/proc/net"));
            return InetAddress.getByAddress(new byte[six ? 16 : 4]);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    private static InetAddress masked(InetAddress address, int bits) {
        byte[] bytes = address.getAddress();
        for (int i = 0; i < bytes.length; i++) {
            int kept = Math.max(0, Math.min(8, bits - i * 8));
            bytes[i] &= (byte) (0xff00 >> kept);
        }
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    /** An address and port as written in a configuration file. */
    public static String shown(InetSocketAddress address) {
        String host = shown(address.getAddress());
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + address.getPort();
    }

    /** An address as text: IPv6 in its shortest form (RFC 5952), with its scope if it has one. */
    public static String shown(InetAddress address) {
        String text = NetUtil.toAddressString(address);
        return address instanceof Inet6Address v6 && v6.getScopeId() > 0 && text.indexOf('%') < 0
                ? text + "%" + v6.getScopeId()
                : text;
    }
}
