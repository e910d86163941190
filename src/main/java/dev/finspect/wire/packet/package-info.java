/** Pure: decoders of captured frames, for link layers, IP and its tunnels, TCP, and ICMP errors about TCP. */
@NullMarked
package dev.finspect.wire.packet;

import org.jspecify.annotations.NullMarked;
