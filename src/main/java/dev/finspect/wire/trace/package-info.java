/** Pure: what the kernel's tracing writes (tracefs), by the kernel's own description of it, to records. */
@NullMarked
package dev.finspect.wire.trace;

import org.jspecify.annotations.NullMarked;
