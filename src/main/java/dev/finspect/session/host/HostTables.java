package dev.finspect.session.host;

import dev.finspect.tcp.FourTuple;
import dev.finspect.tcp.IpAddress;
import dev.finspect.tcp.TcpState;
import dev.finspect.wire.diag.SocketDetail;
import dev.finspect.wire.diag.SocketEntry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Joins two readings of a host's socket tables to connections. An end finds its other end in its own namespace, or in another
 * one where only one can be meant and their counts of bytes agree. Ends that address translation parts stay apart. Pure.
 */
final class HostTables {
    /** SYN and FIN count as bytes. */
    private static final long SLACK_BYTES = 2;

    private final Map<Long, NamespaceReading> before;
    private final List<NamespaceReading> now;
    private final Map<Long, Map<Object, SocketEntry>> earlier = new HashMap<>();
    private final Map<Long, Map<Integer, List<SocketEntry>>> listeners = new HashMap<>();
    private final Map<Long, Map<Integer, List<SocketEntry>>> listenersBefore = new HashMap<>();
    private final Map<FourTuple, List<HostEnd>> ends = new HashMap<>();

    /** Two readings of the same namespaces; what only the later one has counts as new. */
    HostTables(List<NamespaceReading> first, List<NamespaceReading> second) {
        before =
                first.stream().collect(Collectors.toMap(NamespaceReading::namespace, each -> each, (one, same) -> one));
        now = second;
        for (NamespaceReading each : first) {
            Map<Object, SocketEntry> byKey = new HashMap<>();
            each.sockets().forEach(entry -> byKey.put(key(entry), entry));
            earlier.put(each.namespace(), byKey);
            listenersBefore.put(each.namespace(), listeners(each));
        }
        for (NamespaceReading each : second) {
            listeners.put(each.namespace(), listeners(each));
        }
    }

    private static Map<Integer, List<SocketEntry>> listeners(NamespaceReading reading) {
        return reading.sockets().stream()
                .filter(HostListener::isListening)
                .collect(Collectors.groupingBy(entry -> entry.tuple().sourcePort()));
    }

    private static Object key(SocketEntry entry) {
        SocketDetail detail = entry.detail();
        return detail == null ? entry.tuple() : (Object) detail.cookie();
    }

    /** Every connection with an end on this host, listeners left out. */
    List<HostConnection> connections() {
        List<HostEnd> all = new ArrayList<>();
        for (NamespaceReading each : now) {
            for (SocketEntry entry : each.sockets()) {
                if (isConnection(entry)) {
                    HostEnd end = end(each, entry);
                    all.add(end);
                    ends.computeIfAbsent(entry.tuple(), unused -> new ArrayList<>(1))
                            .add(end);
                }
            }
        }
        List<HostConnection> joined = new ArrayList<>();
        for (HostEnd end : all) {
            HostEnd other = otherEnd(end);
            if (other == null) {
                joined.add(isOriginator(end, null) ? connection(end, null) : connection(null, end));
            } else if (isOriginator(end, other)) {
                joined.add(connection(end, other));
            }
        }
        return joined;
    }

    private static boolean isConnection(SocketEntry entry) {
        return switch (entry.state()) {
            case SYN_SENT, SYN_RECEIVED, ESTABLISHED, FIN_WAIT_1, FIN_WAIT_2, CLOSE_WAIT, CLOSING, LAST_ACK -> true;
            case CLOSED, LISTEN, TIME_WAIT -> false;
        };
    }

    private HostEnd end(NamespaceReading home, SocketEntry entry) {
        NamespaceReading then = before.get(home.namespace());
        if (then == null) {
            return new HostEnd(home, entry, null, home.atEpochNanos());
        }
        SocketEntry same = earlier.getOrDefault(home.namespace(), Map.of()).get(key(entry));
        return new HostEnd(home, entry, same, then.atEpochNanos());
    }

    private @Nullable HostEnd otherEnd(HostEnd end) {
        List<HostEnd> candidates = ends.getOrDefault(end.tuple().reversed(), List.of());
        for (HostEnd each : candidates) {
            if (each.home().namespace() == end.home().namespace() && each != end) {
                return each;
            }
        }
        boolean onlyOne = candidates.size() == 1
                && ends.getOrDefault(end.tuple(), List.of()).size() == 1;
        if (!onlyOne || isOwn(end, end.tuple().destination())) {
            return null;
        }
        HostEnd other = candidates.get(0);
        boolean fits = isOwn(other, end.tuple().destination()) && agree(end, other) && agree(other, end);
        return fits ? other : null;
    }

    /** Whether an address is one of the end's own namespace, where its other end would be too. */
    private static boolean isOwn(HostEnd end, IpAddress address) {
        return address.toInetAddress().isLoopbackAddress()
                || end.home().addresses().contains(address);
    }

    /** Whether no more of one end's bytes are acknowledged than the other has received, nor received than it has sent. */
    private static boolean agree(HostEnd sender, HostEnd receiver) {
        boolean known = sender.isEstablished() && receiver.isEstablished();
        if (!known || sender.progressed() || receiver.before() == null) {
            return true;
        }
        long received = receiver.bytesReceived();
        return sender.bytesAcknowledged() <= received + SLACK_BYTES && received <= sender.bytesSent() + SLACK_BYTES;
    }

    /** By what the kernel counts; else by who listens; else the port that is more likely chosen by the kernel connects. */
    private boolean isOriginator(HostEnd end, @Nullable HostEnd other) {
        Boolean connected = end.connected();
        Boolean otherConnected = other == null ? null : other.connected();
        if (connected != null && !connected.equals(otherConnected)) {
            return connected;
        }
        if (otherConnected != null && connected == null) {
            return !otherConnected;
        }
        boolean listens = isListenedAt(end);
        boolean otherListens = other != null && isListenedAt(other);
        if (listens != otherListens) {
            return otherListens;
        }
        int byPort = Integer.compare(end.tuple().sourcePort(), end.tuple().destinationPort());
        return byPort == 0 ? end.tuple().compareTo(end.tuple().reversed()) < 0 : byPort > 0;
    }

    private boolean isListenedAt(HostEnd end) {
        return !HostListener.of(
                        listening(listeners, end.home(), end.tuple().sourcePort()),
                        end.tuple().reversed())
                .isEmpty();
    }

    private static List<SocketEntry> listening(
            Map<Long, Map<Integer, List<SocketEntry>>> all, NamespaceReading home, int port) {
        return all.getOrDefault(home.namespace(), Map.of()).getOrDefault(port, List.of());
    }

    private HostConnection connection(@Nullable HostEnd originator, @Nullable HostEnd responder) {
        HostEnd known = originator == null ? responder : originator;
        if (known == null) {
            throw new AssertionError("one end is known");
        }
        FourTuple tuple = originator == null ? known.tuple().reversed() : known.tuple();
        boolean waits = responder == null
                ? known.state() == TcpState.SYN_SENT
                : responder.now().unaccepted() || responder.state() == TcpState.SYN_RECEIVED;
        return new HostConnection(originator, responder, waits ? listener(tuple, known, responder) : null, tuple);
    }

    private @Nullable HostListener listener(FourTuple tuple, HostEnd known, @Nullable HostEnd responder) {
        NamespaceReading home = responder != null ? responder.home() : homeOf(tuple.destination(), known.home());
        if (home == null) {
            return null;
        }
        List<SocketEntry> group = HostListener.of(listening(listeners, home, tuple.destinationPort()), tuple);
        NamespaceReading then = before.get(home.namespace());
        List<SocketEntry> groupBefore =
                HostListener.of(listening(listenersBefore, home, tuple.destinationPort()), tuple);
        return group.isEmpty()
                ? null
                : new HostListener(home, group, groupBefore, then == null ? home.atEpochNanos() : then.atEpochNanos());
    }

    /** The namespace that has this address: the asking one where it does, else the only other one that does. */
    private @Nullable NamespaceReading homeOf(IpAddress address, NamespaceReading asking) {
        if (address.toInetAddress().isLoopbackAddress() || asking.addresses().contains(address)) {
            return asking;
        }
        List<NamespaceReading> others =
                now.stream().filter(each -> each.addresses().contains(address)).toList();
        return others.size() == 1 ? others.get(0) : null;
    }
}
