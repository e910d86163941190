package dev.finspect.relay;

import dev.finspect.tcp.ConnectResult;
import io.netty.channel.unix.Errors.NativeIoException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.nio.channels.DatagramChannel;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Linux's error numbers (errno(3)), and how to get them out of Netty's exceptions. Any thread. */
final class Errno {
    static final int UNKNOWN = 0;
    static final int EPERM = 1;
    static final int ENOMEM = 12;
    static final int EACCES = 13;
    static final int ENFILE = 23;
    static final int EMFILE = 24;
    static final int EPIPE = 32;
    static final int EPROTO = 71;
    static final int EADDRINUSE = 98;
    static final int EADDRNOTAVAIL = 99;
    static final int ENETUNREACH = 101;
    static final int ECONNABORTED = 103;
    static final int ECONNRESET = 104;
    static final int ENOBUFS = 105;
    static final int ETIMEDOUT = 110;
    static final int ECONNREFUSED = 111;
    static final int EHOSTDOWN = 112;
    static final int EHOSTUNREACH = 113;

    private static final Pattern IN_MESSAGE = Pattern.compile("error\\(-(\\d+)\\)");

    private Errno() {}

    /** The number behind an exception of Netty's native transport; {@link #UNKNOWN} where it does not say. */
    static int of(Throwable error) {
        for (Throwable t = error; t != null; t = t.getCause()) {
            if (t instanceof NativeIoException io) {
                return -io.expectedErr();
            }
            String message = t.getMessage();
            if (message != null) {
                Matcher matcher = IN_MESSAGE.matcher(message);
                if (matcher.find()) {
                    return Integer.parseInt(matcher.group(1));
                }
                if (message.endsWith("Operation not permitted")) {
                    return EPERM;
                }
            }
        }
        return UNKNOWN;
    }

    /**
     * The number behind an exception of connect(). Netty makes one exception, without a number, of ENETUNREACH and
     * EHOSTUNREACH: which it was is learnt by routing a datagram socket there, which sends nothing.
     */
    static int ofConnect(Throwable error, InetSocketAddress address) {
        if (!(error instanceof NoRouteToHostException)) {
            return of(error);
        }
        try (DatagramChannel channel = DatagramChannel.open()) {
            channel.connect(address);
            return EHOSTUNREACH;
        } catch (NoRouteToHostException e) {
            return EHOSTUNREACH;
        } catch (IOException e) {
            return ENETUNREACH;
        }
    }

    /** The system's words for a number: {@code Connection refused}. */
    static String words(int errno) {
        if (errno == UNKNOWN) {
            return "unknown error";
        }
        String message = String.valueOf(new NativeIoException("", -errno, false).getMessage());
        int colon = message.indexOf("): ");
        return colon < 0 ? message : message.substring(colon + 3);
    }

    /** What a failed connect() means. */
    static ConnectResult connectResult(int errno) {
        return switch (errno) {
            case ECONNREFUSED -> ConnectResult.REFUSED;
            case EHOSTUNREACH, EHOSTDOWN -> ConnectResult.HOST_UNREACHABLE;
            case ENETUNREACH -> ConnectResult.NETWORK_UNREACHABLE;
            case ETIMEDOUT -> ConnectResult.TIMED_OUT;
            case ECONNRESET -> ConnectResult.RESET;
            case EMFILE, ENFILE -> ConnectResult.NO_DESCRIPTOR;
            case EADDRNOTAVAIL -> ConnectResult.NO_PORT;
            case EACCES, EPERM -> ConnectResult.DENIED;
            default -> ConnectResult.FAILED;
        };
    }

    /** Whether accept() failed for want of descriptors or memory, so that trying again at once is in vain. */
    static boolean isShortage(int errno) {
        return errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM;
    }
}
