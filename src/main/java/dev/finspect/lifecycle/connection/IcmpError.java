package dev.finspect.lifecycle.connection;

import dev.finspect.tcp.FourTuple;
import dev.finspect.tcp.IpAddress;

/**
 * An ICMP or ICMPv6 error that quotes a TCP segment.
 *
 * @param atNanos wall clock, nanoseconds since the Unix epoch
 * @param sender who complains: a router, or the host itself
 * @param v6 whether type and code are ICMPv6's
 * @param type ICMP's number
 * @param code ICMP's number
 * @param quoted ports and addresses of the segment that it complains of
 * @param quotedSequenceNumber 32 bits whose sign means nothing
 */
public record IcmpError(
        long atNanos, IpAddress sender, boolean v6, int type, int code, FourTuple quoted, int quotedSequenceNumber) {}
