/** The live table in a terminal. Everything but {@link dev.finspect.cli.top.TopTerminal} is pure. */
@NullMarked
package dev.finspect.cli.top;

import org.jspecify.annotations.NullMarked;
