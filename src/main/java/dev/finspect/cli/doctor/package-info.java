/** {@code finspect doctor}: checks of what finspect can observe on this machine. */
@NullMarked
package dev.finspect.cli.doctor;

import org.jspecify.annotations.NullMarked;
