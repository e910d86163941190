/** What the kernel counts of a network namespace. */
@NullMarked
package dev.finspect.kernel.counters;

import org.jspecify.annotations.NullMarked;
