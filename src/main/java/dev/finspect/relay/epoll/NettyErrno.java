package dev.finspect.relay.epoll;

import dev.finspect.tcp.Errno;
import io.netty.channel.unix.Errors.NativeIoException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.nio.channels.DatagramChannel;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Gets the error number out of an exception of Netty's native transport. Any thread. */
final class NettyErrno {
    private static final Pattern IN_MESSAGE = Pattern.compile("error\\(-(\\d+)\\)");

    private NettyErrno() {}

    /** The error behind an exception; {@link Errno#UNKNOWN} where it does not say. */
    static Errno of(Throwable error) {
        for (Throwable t = error; t != null; t = t.getCause()) {
            if (t instanceof NativeIoException io) {
                return new Errno(-io.expectedErr());
            }
            String message = t.getMessage();
            if (message != null) {
                Matcher matcher = IN_MESSAGE.matcher(message);
                if (matcher.find()) {
                    return new Errno(Integer.parseInt(matcher.group(1)));
                }
                if (message.endsWith("Operation not permitted")) {
                    return Errno.EPERM;
                }
            }
        }
        return Errno.UNKNOWN;
    }

    /**
     * The error behind an exception of connect(). Netty makes one exception, without a number, of ENETUNREACH and
     * EHOSTUNREACH: which it was is learnt by routing a datagram socket there, which sends nothing.
     */
    static Errno ofConnect(Throwable error, InetSocketAddress address) {
        if (!(error instanceof NoRouteToHostException)) {
            return of(error);
        }
        try (DatagramChannel channel = DatagramChannel.open()) {
            channel.connect(address);
            return Errno.EHOSTUNREACH;
        } catch (NoRouteToHostException e) {
            return Errno.EHOSTUNREACH;
        } catch (IOException e) {
            return Errno.ENETUNREACH;
        }
    }

    /** The system's words for a number: {@code Connection refused}. */
    static String words(Errno errno) {
        if (errno.equals(Errno.UNKNOWN)) {
            return "unknown error";
        }
        String message = String.valueOf(new NativeIoException("", -errno.number(), false).getMessage());
        int colon = message.indexOf("): ");
        return colon < 0 ? message : message.substring(colon + 3);
    }
}
