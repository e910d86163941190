/**
 * Pure: what hangs among the connections of a host, by two readings of the kernel's tables, without finspect in their path.
 * Readings become connections with one or both ends, these become records, and the rules of {@code diagnose} examine them.
 */
@NullMarked
package dev.finspect.session.host;

import org.jspecify.annotations.NullMarked;
