/** Probes of what this kernel lets the process read and set; each is a real attempt. */
@NullMarked
package dev.finspect.kernel.probe;

import org.jspecify.annotations.NullMarked;
