package dev.finspect.session.host;

import dev.finspect.tcp.IpAddress;
import dev.finspect.wire.diag.SocketEntry;
import java.util.List;
import java.util.Set;

/**
 * The TCP sockets of one network namespace at one moment.
 *
 * @param namespace its number, as {@code /proc/PID/ns/net} shows it
 * @param name how people call it; empty for finspect's own
 * @param enter what to write before a command that is to run in it; empty likewise
 * @param atEpochNanos when it was read: wall clock, nanoseconds since the Unix epoch
 * @param addresses those of its interfaces
 * @param sockets each with its detail, listeners among them
 */
public record NamespaceReading(
        long namespace,
        String name,
        String enter,
        long atEpochNanos,
        Set<IpAddress> addresses,
        List<SocketEntry> sockets) {}
