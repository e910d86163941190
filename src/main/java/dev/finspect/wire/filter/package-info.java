/** Pure: socket filters, as classic BPF programs that select which packets are captured and how much of each. */
@NullMarked
package dev.finspect.wire.filter;

import org.jspecify.annotations.NullMarked;
