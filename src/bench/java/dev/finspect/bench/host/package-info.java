/** What the benchmark asks of Linux: a network of its own, processes, and what /proc says of them. */
@NullMarked
package dev.finspect.bench.host;

import org.jspecify.annotations.NullMarked;
