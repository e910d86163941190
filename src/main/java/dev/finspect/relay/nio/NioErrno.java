package dev.finspect.relay.nio;

import dev.finspect.tcp.Errno;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Finds the error number behind an exception of the JDK's channels, which has the text of strerror(3) and no number. Any
 * thread.
 *
 * <p>Texts in other languages than English are not listed: then the class of the exception decides, or the error is {@link
 * Errno#UNKNOWN}.
 */
final class NioErrno {
    private static final Map<String, Errno> NUMBERS = new LinkedHashMap<>();

    static {
        NUMBERS.put("Connection reset", Errno.ECONNRESET);
        NUMBERS.put("Broken pipe", Errno.EPIPE);
        NUMBERS.put("Connection refused", Errno.ECONNREFUSED);
        NUMBERS.put("Connection timed out", Errno.ETIMEDOUT);
        NUMBERS.put("Operation timed out", Errno.ETIMEDOUT);
        NUMBERS.put("No route to host", Errno.EHOSTUNREACH);
        NUMBERS.put("Host is down", Errno.EHOSTDOWN);
        NUMBERS.put("Network is unreachable", Errno.ENETUNREACH);
        NUMBERS.put("Cannot assign requested address", Errno.EADDRNOTAVAIL);
        NUMBERS.put("Can't assign requested address", Errno.EADDRNOTAVAIL);
        NUMBERS.put("Address already in use", Errno.EADDRINUSE);
        NUMBERS.put("Too many open files in system", Errno.ENFILE);
        NUMBERS.put("Too many open files", Errno.EMFILE);
        NUMBERS.put("Permission denied", Errno.EACCES);
        NUMBERS.put("Operation not permitted", Errno.EPERM);
        NUMBERS.put("No buffer space available", Errno.ENOBUFS);
        NUMBERS.put("Cannot allocate memory", Errno.ENOMEM);
        NUMBERS.put("Software caused connection abort", Errno.ECONNABORTED);
    }

    private NioErrno() {}

    /** The error behind an exception; {@link Errno#UNKNOWN} where it does not say. */
    static Errno of(Throwable error) {
        for (Throwable at = error; at != null; at = at.getCause()) {
            String message = at.getMessage();
            if (at instanceof IOException && message != null) {
                for (Map.Entry<String, Errno> known : NUMBERS.entrySet()) {
                    if (message.startsWith(known.getKey())) {
                        return known.getValue();
                    }
                }
            }
        }
        return byKind(error);
    }

    /** The text of strerror(3) for an error; the text of the exception where it is not listed. */
    static String words(Errno errno, Throwable error) {
        for (Map.Entry<String, Errno> known : NUMBERS.entrySet()) {
            if (known.getValue().equals(errno)) {
                return known.getKey();
            }
        }
        return String.valueOf(error.getMessage());
    }

    private static Errno byKind(Throwable error) {
        if (error instanceof NoRouteToHostException) {
            return Errno.EHOSTUNREACH;
        }
        if (error instanceof BindException) {
            return Errno.EADDRNOTAVAIL;
        }
        return error instanceof ConnectException ? Errno.ECONNREFUSED : Errno.UNKNOWN;
    }
}
