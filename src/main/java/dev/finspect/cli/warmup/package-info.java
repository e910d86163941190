/** Sessions on the loopback that make a process fast before others need it: their client and their service. */
@NullMarked
package dev.finspect.cli.warmup;

import org.jspecify.annotations.NullMarked;
