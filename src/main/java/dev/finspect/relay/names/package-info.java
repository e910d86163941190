/** Resolves the names of upstreams: numbers, the hosts file, name servers, the system's resolver. */
@NullMarked
package dev.finspect.relay.names;

import org.jspecify.annotations.NullMarked;
