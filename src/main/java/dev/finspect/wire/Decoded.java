package dev.finspect.wire;

/** The result of decoding one captured frame: a TCP segment, an ICMP error that quotes one, or why it is neither. */
public sealed interface Decoded permits TcpSegment, IcmpError, Undecoded {}
