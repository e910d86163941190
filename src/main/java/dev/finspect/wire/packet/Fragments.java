package dev.finspect.wire.packet;

import dev.finspect.tcp.IpAddress;
import dev.finspect.wire.Decoded;
import dev.finspect.wire.TcpSegment;
import dev.finspect.wire.Undecoded;
import dev.finspect.wire.VirtualNetwork;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Joins IP fragments of TCP segments (RFC 791 section 3.2, RFC 8200 section 4.5). Only headers and lengths are kept, of a bounded
 * number of packets, for a short time of the capture.
 *
 * <p>A segment whose last fragment has come has its whole length, and the time of that fragment. One that lacks fragments did not
 * arrive, but its sender did send it: its beginning is a segment after the wait, at the time of its first fragment. A capture by
 * port has no fragments but first ones; there the first shows it, and the others are not waited for.
 */
final class Fragments {
    /** Fragments of one packet are sent one right after another. */
    static final long LONGEST_WAIT_NANOS = Duration.ofSeconds(1).toNanos();

    static final int MOST_PACKETS = 256;

    private final TcpLayer tcp;
    private final Map<Key, PartialPacket> partial = new LinkedHashMap<>();
    private final Queue<TcpSegment> incomplete = new ArrayDeque<>();
    private final PacketBytes joined = new PacketBytes();
    private final IpHeader whole = new IpHeader();
    private boolean laterSeen;
    private boolean gaveUp;

    Fragments(TcpLayer tcp) {
        this.tcp = tcp;
    }

    /** What fragments of one packet have in common. */
    private record Key(IpAddress source, IpAddress destination, int id, int interfaceId, VirtualNetwork network) {}

    /** Whether this is a fragment that can be joined. */
    static boolean isPart(IpHeader ip) {
        return ip.fragment && ip.protocol == TcpLayer.PROTOCOL && ip.payloadAt == ip.fragmentPayloadAt;
    }

    /** Takes a fragment; the segment if it was the last that was missing. */
    Decoded take(PacketBytes packet, IpHeader ip) {
        expire(packet.atNanos);
        laterSeen |= ip.laterFragment;
        if (gaveUp && !laterSeen) {
            return tcp.decode(packet, ip);
        }
        Key key = new Key(ip.source(), ip.destination(), ip.fragmentId, packet.interfaceId, packet.network.network());
        PartialPacket waiting = partial.get(key);
        if (waiting == null) {
            waiting = new PartialPacket(packet.atNanos);
            partial.put(key, waiting);
        }
        waiting.add(packet, ip);
        if (!waiting.isWhole()) {
            if (partial.size() > MOST_PACKETS) {
                giveUpOldest();
            }
            return Undecoded.FRAGMENT;
        }
        partial.remove(key);
        begin(key, waiting, packet.atNanos);
        joined.direction = packet.direction;
        return tcp.decode(joined, whole);
    }

    /** The beginning of the next segment whose fragments have not all come in time; null if there is none. */
    @Nullable
    TcpSegment incomplete(long nowNanos) {
        expire(nowNanos);
        return incomplete.poll();
    }

    private void expire(long nowNanos) {
        while (!partial.isEmpty()) {
            PartialPacket oldest = partial.values().iterator().next();
            if (nowNanos - oldest.sinceNanos <= LONGEST_WAIT_NANOS) {
                return;
            }
            giveUpOldest();
        }
    }

    private void giveUpOldest() {
        Iterator<Map.Entry<Key, PartialPacket>> all = partial.entrySet().iterator();
        Map.Entry<Key, PartialPacket> oldest = all.next();
        all.remove();
        gaveUp = true;
        if (oldest.getValue().hasBeginning()) {
            begin(oldest.getKey(), oldest.getValue(), oldest.getValue().firstAtNanos);
            joined.direction = oldest.getValue().direction;
            if (tcp.decodeBeginning(joined, whole) instanceof TcpSegment segment) {
                incomplete.add(segment);
            }
        }
    }

    /** Sets the headers of what has come of the packet. */
    private void begin(Key key, PartialPacket packet, long atNanos) {
        joined.take(packet.head(), atNanos, key.interfaceId(), key.network());
        whole.set(key.source(), key.destination(), packet.ttl, packet.headerBytes, packet.bytesWithoutGap());
    }
}
