/** Pure: the vocabulary of TCP (legs, states, flags, sequence numbers), and addresses, durations and sizes as text. Depends on nothing. */
@NullMarked
package dev.finspect.tcp;

import org.jspecify.annotations.NullMarked;
