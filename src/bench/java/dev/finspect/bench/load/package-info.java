/** The load: clients and origin servers, each in a process of its own, so that their CPU is not the proxy's. */
@NullMarked
package dev.finspect.bench.load;

import org.jspecify.annotations.NullMarked;
