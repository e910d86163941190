package dev.finspect.wire.trace;

import dev.finspect.tcp.FourTuple;
import dev.finspect.tcp.IpAddress;
import dev.finspect.tcp.ResetReason;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * Decodes {@code tcp:tcp_send_reset} and {@code sock:inet_sock_set_state} by the formats that this kernel has. Linux 4.16 to 6.9
 * give the addresses of an RST in fields of their own and no reason; since 6.10 they are two {@code sockaddr} structures, and an
 * RST without a socket is reported too.
 */
public final class TraceDecoder {
    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;
    private static final int TCP = 6;
    private static final int CLOSE_WAIT = 8;
    private static final int SOCKADDR_V4 = 4;
    private static final int SOCKADDR_V6 = 8;
    private static final int SOCKADDR_BYTES = 28;
    private static final int V4_BYTES = 4;
    private static final int V6_BYTES = 16;
    private static final int MAPPED = 0xffff;

    private final @Nullable Kind reset;
    private final @Nullable Kind state;

    /**
     * A decoder.
     *
     * @param reset the format of {@code tcp_send_reset}; null where the kernel has no such event
     * @param state that of {@code inet_sock_set_state}, likewise
     */
    public TraceDecoder(@Nullable EventFormat reset, @Nullable EventFormat state) {
        this.reset = reset == null ? null : Kind.of(reset);
        this.state = state == null ? null : Kind.of(state);
    }

    /** Whether RSTs can be decoded. */
    public boolean seesResets() {
        return reset != null;
    }

    /** Whether the kernel names the reason of an RST. */
    public boolean seesReasons() {
        return reset != null && reset.reason != null;
    }

    /** Whether entries into CLOSE-WAIT can be decoded. */
    public boolean seesStates() {
        return state != null && state.newState != null;
    }

    /** One event; null for one of another kind, and for one that is too short for its format. */
    public @Nullable TraceEvent decode(ByteBuffer page, int offset, int length, long atNanos) {
        if (length < Short.BYTES) {
            return null;
        }
        int id = Short.toUnsignedInt(page.getShort(offset));
        if (reset != null && id == reset.format.id() && length >= reset.bytes) {
            FourTuple tuple = tuple(reset, page, offset);
            EventFormat.Field reason = reset.reason;
            return tuple == null
                    ? null
                    : new TraceEvent.ResetSent(
                            atNanos,
                            number(page, offset, reset.socket),
                            tuple,
                            reason == null
                                    ? ResetReason.UNNAMED
                                    : new ResetReason(
                                            reset.format.named("reason", (int) number(page, offset, reason))));
        }
        if (state != null && id == state.format.id() && length >= state.bytes && isCloseWait(state, page, offset)) {
            FourTuple tuple = tuple(state, page, offset);
            return tuple == null
                    ? null
                    : new TraceEvent.CloseWaitEntered(atNanos, number(page, offset, state.socket), tuple);
        }
        return null;
    }

    private static boolean isCloseWait(Kind kind, ByteBuffer page, int offset) {
        return kind.newState != null
                && number(page, offset, kind.newState) == CLOSE_WAIT
                && (kind.protocol == null || number(page, offset, kind.protocol) == TCP);
    }

    private static @Nullable FourTuple tuple(Kind kind, ByteBuffer page, int offset) {
        Addresses fields = kind.addresses;
        if (fields.sourcePort == null || fields.destinationPort == null) {
            return sockaddrs(page, offset + fields.source.offset(), offset + fields.destination.offset());
        }
        int sourcePort = (int) number(page, offset, fields.sourcePort);
        int destinationPort = (int) number(page, offset, fields.destinationPort);
        boolean v4 = kind.family == null ? fields.source6 == null : number(page, offset, kind.family) == AF_INET;
        return v4 || fields.source6 == null || fields.destination6 == null
                ? new FourTuple(
                        v4(page, offset + fields.source.offset()),
                        sourcePort,
                        v4(page, offset + fields.destination.offset()),
                        destinationPort)
                : new FourTuple(
                        v6(page, offset + fields.source6.offset()),
                        sourcePort,
                        v6(page, offset + fields.destination6.offset()),
                        destinationPort);
    }

    /** Of two {@code struct sockaddr_in6}, each of which may be a {@code sockaddr_in}; null for another family. */
    private static @Nullable FourTuple sockaddrs(ByteBuffer page, int source, int destination) {
        IpAddress from = sockaddr(page, source);
        IpAddress to = sockaddr(page, destination);
        return from == null || to == null ? null : new FourTuple(from, port(page, source), to, port(page, destination));
    }

    private static @Nullable IpAddress sockaddr(ByteBuffer page, int at) {
        int family = Short.toUnsignedInt(page.getShort(at));
        return switch (family) {
            case AF_INET -> v4(page, at + SOCKADDR_V4);
            case AF_INET6 -> v6(page, at + SOCKADDR_V6);
            default -> null;
        };
    }

    private static int port(ByteBuffer page, int at) {
        return (Byte.toUnsignedInt(page.get(at + 2)) << Byte.SIZE) | Byte.toUnsignedInt(page.get(at + 3));
    }

    private static IpAddress v4(ByteBuffer page, int at) {
        int bits = page.getInt(at);
        return IpAddress.v4(page.order() == ByteOrder.BIG_ENDIAN ? bits : Integer.reverseBytes(bits));
    }

    /** An IPv4 address that is written as an IPv6 address is the IPv4 address: the socket's family does not matter. */
    private static IpAddress v6(ByteBuffer page, int at) {
        boolean big = page.order() == ByteOrder.BIG_ENDIAN;
        long high = big ? page.getLong(at) : Long.reverseBytes(page.getLong(at));
        long low = big ? page.getLong(at + Long.BYTES) : Long.reverseBytes(page.getLong(at + Long.BYTES));
        return high == 0 && low >>> Integer.SIZE == MAPPED ? IpAddress.v4((int) low) : IpAddress.v6(high, low);
    }

    private static long number(ByteBuffer page, int offset, EventFormat.@Nullable Field field) {
        if (field == null) {
            return 0;
        }
        int at = offset + field.offset();
        return switch (field.size()) {
            case Byte.BYTES -> Byte.toUnsignedLong(page.get(at));
            case Short.BYTES -> Short.toUnsignedLong(page.getShort(at));
            case Integer.BYTES -> Integer.toUnsignedLong(page.getInt(at));
            default -> page.getLong(at);
        };
    }

    /** Where the addresses are: two structures without ports beside them, or fields for both families. */
    private record Addresses(
            EventFormat.@Nullable Field sourcePort,
            EventFormat.@Nullable Field destinationPort,
            EventFormat.Field source,
            EventFormat.Field destination,
            EventFormat.@Nullable Field source6,
            EventFormat.@Nullable Field destination6) {
        static @Nullable Addresses of(EventFormat format) {
            EventFormat.Field source = format.field("saddr", SOCKADDR_BYTES);
            EventFormat.Field destination = format.field("daddr", SOCKADDR_BYTES);
            if (source != null && destination != null) {
                return new Addresses(null, null, source, destination, null, null);
            }
            source = format.field("saddr", V4_BYTES);
            destination = format.field("daddr", V4_BYTES);
            EventFormat.Field sourcePort = format.field("sport", Short.BYTES);
            EventFormat.Field destinationPort = format.field("dport", Short.BYTES);
            return source == null || destination == null || sourcePort == null || destinationPort == null
                    ? null
                    : new Addresses(
                            sourcePort,
                            destinationPort,
                            source,
                            destination,
                            format.field("saddr_v6", V6_BYTES),
                            format.field("daddr_v6", V6_BYTES));
        }
    }

    /** The fields of one kind of event that are read. */
    private record Kind(
            EventFormat format,
            int bytes,
            Addresses addresses,
            EventFormat.@Nullable Field family,
            EventFormat.@Nullable Field socket,
            EventFormat.@Nullable Field reason,
            EventFormat.@Nullable Field newState,
            EventFormat.@Nullable Field protocol) {
        /** Null where the format has no addresses in any way that is known here. */
        static @Nullable Kind of(EventFormat format) {
            Addresses addresses = Addresses.of(format);
            if (addresses == null) {
                return null;
            }
            int bytes = format.fields().values().stream()
                    .mapToInt(EventFormat.Field::end)
                    .max()
                    .orElse(0);
            return new Kind(
                    format,
                    bytes,
                    addresses,
                    format.field("family", Short.BYTES),
                    format.field("skaddr", Integer.BYTES, Long.BYTES),
                    format.field("reason", Integer.BYTES),
                    format.field("newstate", Integer.BYTES),
                    format.field("protocol", Byte.BYTES, Short.BYTES));
        }
    }
}
