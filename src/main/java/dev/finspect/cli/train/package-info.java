/** {@code finspect train}: the load by which the launcher makes Java's class archives. */
@NullMarked
package dev.finspect.cli.train;

import org.jspecify.annotations.NullMarked;
