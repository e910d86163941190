/** The commands. cli and its rooms are the only packages that may use all others. */
@NullMarked
package dev.finspect.cli;

import org.jspecify.annotations.NullMarked;
