/** Segments join their sessions. */
@NullMarked
package dev.finspect.session.join;

import org.jspecify.annotations.NullMarked;
