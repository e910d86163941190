/** Pure: one connection as Zeek's TCP analyzer follows it, for Zeek's {@code conn_state}, {@code history} and counts. */
@NullMarked
package dev.finspect.lifecycle.zeek;

import org.jspecify.annotations.NullMarked;
