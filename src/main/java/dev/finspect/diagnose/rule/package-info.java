/** Pure: the rules, one a file, each for one row of the catalogue. */
@NullMarked
package dev.finspect.diagnose.rule;

import org.jspecify.annotations.NullMarked;
