/** How long turns of a conversation take: durations counted in few numbers. */
@NullMarked
package dev.finspect.lifecycle.turn;

import org.jspecify.annotations.NullMarked;
