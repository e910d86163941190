/** Commands, configuration and wiring: the only place that knows everyone. */
@NullMarked
package dev.finspect.cli;

import org.jspecify.annotations.NullMarked;
