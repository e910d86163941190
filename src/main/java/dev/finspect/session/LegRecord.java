package dev.finspect.session;

import dev.finspect.tcp.ConnectResult;
import dev.finspect.tcp.Leg;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one leg.
 *
 * @param peer the far end's address; null for an upstream that was never reached
 * @param local finspect's address on this leg; null likewise
 * @param lookups look-ups of names, in order; empty for the client leg and for addresses given as numbers
 * @param attempts addresses tried, in order; empty for the client leg
 * @param connState Zeek's word, null without the wire
 * @param history Zeek's letters, null without the wire
 * @param completeness Wireshark's sum, null without the wire
 * @param wire all that the wire told, null without it
 */
public record LegRecord(
        Leg leg,
        @Nullable InetSocketAddress peer,
        @Nullable InetSocketAddress local,
        List<Lookup> lookups,
        List<Attempt> attempts,
        Handshake handshake,
        LegData data,
        LegClose close,
        @Nullable String connState,
        @Nullable String history,
        @Nullable Integer completeness,
        @Nullable LegWire wire) {
    /** The upstream leg of a record that has one connection alone: written as null. */
    public static final LegRecord NONE = new LegRecord(
            Leg.UPSTREAM,
            null,
            null,
            List.of(),
            List.of(),
            Handshake.UNKNOWN,
            LegData.UNKNOWN,
            LegClose.UNKNOWN,
            null,
            null,
            null,
            null);

    /** Without what the wire tells. */
    public LegRecord(
            Leg leg,
            @Nullable InetSocketAddress peer,
            @Nullable InetSocketAddress local,
            List<Lookup> lookups,
            List<Attempt> attempts,
            Handshake handshake,
            LegData data,
            LegClose close) {
        this(leg, peer, local, lookups, attempts, handshake, data, close, null, null, null, null);
    }

    /** One look-up of a name. {@code error} is null when it found addresses. */
    public record Lookup(
            String name,
            long durationNanos,
            int addresses,
            @Nullable String error) {}

    /**
     * One attempt to reach an upstream.
     *
     * @param target as the configuration names it, {@code host:port}
     * @param address what was tried; null when the name could not be resolved
     * @param local finspect's end of it; null when it came to no socket, or nobody can tell
     * @param detail the error's own words; null when connected
     * @param wire what the wire told of an attempt that failed; null without it, and for the one that connected, whose leg
     *     has it
     */
    public record Attempt(
            String target,
            @Nullable InetSocketAddress address,
            @Nullable InetSocketAddress local,
            ConnectResult result,
            @Nullable String detail,
            long durationNanos,
            @Nullable LegWire wire) {
        /** The same with what the wire told. */
        Attempt with(@Nullable LegWire told) {
            return new Attempt(target, address, local, result, detail, durationNanos, told);
        }
    }
}
