/** Pure: bytes to records and back (TCP headers, ICMP errors, tcp_info). */
@NullMarked
package dev.finspect.wire;

import org.jspecify.annotations.NullMarked;
