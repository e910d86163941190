/** Segments join their sessions. */
@NullMarked
package dev.finspect.session.trace;

import org.jspecify.annotations.NullMarked;
