/** Shared by all encoders of the session log: the batch that lines are appended to, times, durations, safe text. */
@NullMarked
package dev.finspect.log.line;

import org.jspecify.annotations.NullMarked;
