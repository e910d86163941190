/** {@code finspect read}: turns capture files into records and explanations. */
@NullMarked
package dev.finspect.cli.read;

import org.jspecify.annotations.NullMarked;
