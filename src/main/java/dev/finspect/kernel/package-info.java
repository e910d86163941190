/** Adapter to the C library through JNA. */
@NullMarked
package dev.finspect.kernel;

import org.jspecify.annotations.NullMarked;
