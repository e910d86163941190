/** Socket filters: classic BPF programs that choose which packets a capture sees, and how much of each. Pure. */
@NullMarked
package dev.finspect.wire.filter;

import org.jspecify.annotations.NullMarked;
