/** What a command needs of its process: standard streams, variables, colours, exit codes and failures. */
@NullMarked
package dev.finspect.cli.process;

import org.jspecify.annotations.NullMarked;
