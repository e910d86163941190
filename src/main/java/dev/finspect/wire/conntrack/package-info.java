/** Pure: messages of the table of tracked connections, conntrack over netlink (nfnetlink), from bytes to records and back. */
@NullMarked
package dev.finspect.wire.conntrack;

import org.jspecify.annotations.NullMarked;
