/** Pure: the words for what was found, in one place: a sentence, what would contradict it, what to run next. */
@NullMarked
package dev.finspect.diagnose.wording;

import org.jspecify.annotations.NullMarked;
