/** The kernel's socket table: whose end a peer's socket is, and what the kernel keeps after sockets are closed. */
@NullMarked
package dev.finspect.kernel.sockets;

import org.jspecify.annotations.NullMarked;
