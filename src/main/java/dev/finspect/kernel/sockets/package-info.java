/** The kernel's socket table: the sockets of peers on this host, their programs, and orphan sockets. */
@NullMarked
package dev.finspect.kernel.sockets;

import org.jspecify.annotations.NullMarked;
