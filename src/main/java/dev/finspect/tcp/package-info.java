/** Vocabulary of TCP: legs, states, flags, sequence numbers; addresses, durations and sizes as text. The lowest floor; uses nothing. */
@NullMarked
package dev.finspect.tcp;

import org.jspecify.annotations.NullMarked;
