/** How a running finspect passes its listeners to the process that takes its place: over a Unix socket (unix(7)). */
@NullMarked
package dev.finspect.relay.handover;

import org.jspecify.annotations.NullMarked;
