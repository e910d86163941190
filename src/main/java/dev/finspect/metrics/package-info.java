/** Adapter from session events to Micrometer meters. */
@NullMarked
package dev.finspect.metrics;

import org.jspecify.annotations.NullMarked;
