package dev.finspect.diagnose;

import dev.finspect.tcp.ConnectResult;
import dev.finspect.tcp.Errno;
import dev.finspect.tcp.Fact;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * One attempt to reach an upstream. Times are wall-clock nanoseconds since the Unix epoch; null is not known.
 *
 * @param address what is tried; null when the name could not be resolved
 * @param begunAt when connect() was called
 * @param result null while it goes on
 * @param endedAt null while it goes on
 * @param errno the error of connect() or socket(); null without one
 * @param syns how many SYNs were sent
 * @param synAckAt when the first SYN-ACK came
 * @param rstAt when an RST answered
 * @param icmp type of the ICMP error that answered, and who sent it
 * @param timeWaits sockets in TIME-WAIT towards this address, where somebody counted
 */
public record ConnectTry(
        @Nullable InetSocketAddress address,
        Fact<Long> begunAt,
        @Nullable ConnectResult result,
        @Nullable Fact<Long> endedAt,
        @Nullable Fact<Errno> errno,
        @Nullable Fact<Long> syns,
        @Nullable Fact<Long> synAckAt,
        @Nullable Fact<Long> rstAt,
        @Nullable Fact<String> icmp,
        @Nullable Fact<Long> timeWaits) {}
