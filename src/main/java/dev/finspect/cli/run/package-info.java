/** What wires a running proxy together: relay, sinks, capture, admin server, start report and shutdown. */
@NullMarked
package dev.finspect.cli.run;

import org.jspecify.annotations.NullMarked;
