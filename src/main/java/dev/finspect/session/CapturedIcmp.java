package dev.finspect.session;

import dev.finspect.wire.TcpSegment;

/**
 * An ICMP or ICMPv6 error that quotes a TCP segment.
 *
 * @param atNanos the capture's time stamp, wall clock, nanoseconds since the Unix epoch
 * @param interfaceId the interface's index
 * @param packet from the IP header to the first eight bytes of the quoted TCP header
 */
@SuppressWarnings("ArrayRecordComponent") // nobody compares two of them
public record CapturedIcmp(long atNanos, int interfaceId, TcpSegment.Direction direction, byte[] packet) {}
