/** Trials of what this kernel lets a process read and set, each really made. */
@NullMarked
package dev.finspect.kernel.probe;

import org.jspecify.annotations.NullMarked;
