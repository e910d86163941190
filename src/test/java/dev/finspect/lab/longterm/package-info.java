/** Many finspects seen at one place: the examples of {@code config/longterm}, run by the programs that they are for. */
@NullMarked
package dev.finspect.lab.longterm;

import org.jspecify.annotations.NullMarked;
