/** Joins what the kernel's tracing shows to the sessions that it is about. */
@NullMarked
package dev.finspect.session.trace;

import org.jspecify.annotations.NullMarked;
