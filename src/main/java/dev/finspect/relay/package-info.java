/** Adapter to Netty: listeners, upstream connections and the data path. */
@NullMarked
package dev.finspect.relay;

import org.jspecify.annotations.NullMarked;
