package dev.finspect.session.kept;

import dev.finspect.wire.TcpSegment.Direction;

/**
 * A captured segment, or an ICMP error that quotes one, as it is kept for an export.
 *
 * @param atNanos wall clock, nanoseconds since the Unix epoch
 * @param interfaceId index of the interface it passed
 * @param ipBytes length of the whole packet
 * @param headers from its IP header on, without payload; never changed
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
public record KeptSegment(long atNanos, int interfaceId, Direction direction, int ipBytes, byte[] headers) {}
