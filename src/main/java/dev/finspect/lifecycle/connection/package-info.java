/**
 * Pure: the life of one TCP connection told from its segments, whether they come from the kernel's packet ring or from a
 * file. Reads no clock: time is what segments bear. Nothing here throws for anything that a segment says.
 */
@NullMarked
package dev.finspect.lifecycle.connection;

import org.jspecify.annotations.NullMarked;
