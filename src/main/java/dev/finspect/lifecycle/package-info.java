/** Pure: TCP's states, the order of a close, and what the relay must do next. */
@NullMarked
package dev.finspect.lifecycle;

import org.jspecify.annotations.NullMarked;
