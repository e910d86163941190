/** Pure: messages of the kernel's socket table, inet_diag over netlink (sock_diag(7)), from bytes to records and back. */
@NullMarked
package dev.finspect.wire.diag;

import org.jspecify.annotations.NullMarked;
