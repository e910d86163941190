/** Pure: the close table, which says for every state of a session and every signal what the relay must do next. */
@NullMarked
package dev.finspect.lifecycle.close;

import org.jspecify.annotations.NullMarked;
