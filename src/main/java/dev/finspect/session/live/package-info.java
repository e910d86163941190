/** Folds the events of living sessions into their records. */
@NullMarked
package dev.finspect.session.live;

import org.jspecify.annotations.NullMarked;
