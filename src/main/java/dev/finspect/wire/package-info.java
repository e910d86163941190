/** Pure decoders: bytes to records and back (TCP headers, tcp_info). */
@NullMarked
package dev.finspect.wire;

import org.jspecify.annotations.NullMarked;
