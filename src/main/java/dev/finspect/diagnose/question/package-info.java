/** Pure: questions about a session that several kinds of finding ask, and the evidence that answers them. */
@NullMarked
package dev.finspect.diagnose.question;

import org.jspecify.annotations.NullMarked;
