/** Adapter that writes session records as JSON or text lines. */
@NullMarked
package dev.finspect.log;

import org.jspecify.annotations.NullMarked;
