/**
 * Pure: what is known of a session and its legs: handshake, data, close acts, wire facts, attempts. Each fact is an {@link
 * dev.finspect.tcp.Observation}: a value with its source, none, or not observed.
 */
@NullMarked
package dev.finspect.record;

import org.jspecify.annotations.NullMarked;
