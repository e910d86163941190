/** Completion scripts for shells, made of the model of the command line. */
@NullMarked
package dev.finspect.cli.completion;

import org.jspecify.annotations.NullMarked;
