/** Watches connections of others from the command line: capture, log, meters, admin server. */
@NullMarked
package dev.finspect.cli.watch;

import org.jspecify.annotations.NullMarked;
