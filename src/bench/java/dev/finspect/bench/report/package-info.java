/** From the values of all rounds to tables. */
@NullMarked
package dev.finspect.bench.report;

import org.jspecify.annotations.NullMarked;
