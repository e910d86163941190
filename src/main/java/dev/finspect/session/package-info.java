/** Folds events into one session record; the interface of the sinks. */
@NullMarked
package dev.finspect.session;

import org.jspecify.annotations.NullMarked;
