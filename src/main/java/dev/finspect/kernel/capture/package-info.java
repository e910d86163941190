/** Live capture of packet headers with a packet socket and a shared ring (packet(7), AF_PACKET, TPACKET_V3). */
@NullMarked
package dev.finspect.kernel.capture;

import org.jspecify.annotations.NullMarked;
