/** Pure: one hang rule a file, each returning its evidence. */
@NullMarked
package dev.finspect.diagnose;

import org.jspecify.annotations.NullMarked;
