/** {@code finspect read}: capture files in, records out. */
@NullMarked
package dev.finspect.cli.read;

import org.jspecify.annotations.NullMarked;
