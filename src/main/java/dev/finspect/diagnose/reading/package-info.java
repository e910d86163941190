/** Pure: other readings of what a rule sees, and the facts that exclude them. */
@NullMarked
package dev.finspect.diagnose.reading;

import org.jspecify.annotations.NullMarked;
