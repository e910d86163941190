/** Connections of others, followed live from captured segments: their records, and what hangs in them while it does. */
@NullMarked
package dev.finspect.session.passive;

import org.jspecify.annotations.NullMarked;
