/** Reads and writes the PROXY protocol's headers, versions 1 and 2. */
@NullMarked
package dev.finspect.relay.header;

import org.jspecify.annotations.NullMarked;
