/** Pure: a session explained to a person: what hangs, what proves it, and a ladder of both legs on one clock. */
@NullMarked
package dev.finspect.session.explain;

import org.jspecify.annotations.NullMarked;
