/**
 * The kernel's own reasons, by its tracing (tracefs), without eBPF: a private instance with two kinds of events, read as the kernel
 * writes them.
 */
@NullMarked
package dev.finspect.kernel.trace;

import org.jspecify.annotations.NullMarked;
