/** Pure: parts of sentences, and commands to run next, made from a finding. */
@NullMarked
package dev.finspect.diagnose.words;

import org.jspecify.annotations.NullMarked;
