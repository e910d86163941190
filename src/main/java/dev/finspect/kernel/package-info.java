/** Adapter to the kernel: system calls through JNA, and files in {@code /proc}. */
@NullMarked
package dev.finspect.kernel;

import org.jspecify.annotations.NullMarked;
