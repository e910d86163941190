package dev.finspect.wire;

/** What came out of one captured frame: a TCP segment, an ICMP error that quotes one, or the reason why neither. */
public sealed interface Decoded permits TcpSegment, IcmpError, Undecoded {}
