/**
 * Pure: tracks TCP connections by their segments, from a live capture or a file. Time is that of the segments; no clock is
 * read. No content of a segment causes an exception.
 */
@NullMarked
package dev.finspect.lifecycle.connection;

import org.jspecify.annotations.NullMarked;
