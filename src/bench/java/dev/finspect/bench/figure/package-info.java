/** What is measured: one figure a file. */
@NullMarked
package dev.finspect.bench.figure;

import org.jspecify.annotations.NullMarked;
